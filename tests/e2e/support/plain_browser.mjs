// Chromium as a visitor has it, without a debugger: under one, it does not prerender. Nothing can be asked of its pages;
// they have to tell the server by themselves.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QUIET_FLAGS, chromiumPath } from "./browser.mjs";

/**
 * @param {string} url opened at once
 * @returns {Promise<{close: () => Promise<void>}>}
 */
export async function openPlainBrowser(url) {
  const profile = await mkdtemp(join(tmpdir(), "paceline-profile-"));
  const flags = [...QUIET_FLAGS, `--user-data-dir=${profile}`, "--no-default-browser-check"];
  const child = spawn(chromiumPath(), [...flags, url], { stdio: "ignore", detached: true });
  const gone = new Promise((done) => child.once("exit", done));
  return {
    async close() {
      // Its helpers are of its process group.
      if (child.pid) process.kill(-child.pid, "SIGKILL");
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
