// The examples of the READMEs, as they stand there. What they send to rum.example.com is caught in the browser.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { launchBrowser } from "../support/browser.mjs";
import { inRepository } from "../support/paths.mjs";
import { decodeBeacon } from "../support/protocol.mjs";
import { CONTENT_TYPES, folder, routes, startServer } from "../support/static-server.mjs";
import { AGENT_FOLDER, hasEngine, newPage } from "./harness.mjs";

const EXAMPLES = inRepository("tests/e2e/agent/examples");
const skip = (await hasEngine()) ? false : "the WebAssembly engine is not built";

describe("examples", { skip }, () => {
  let browser, site, bundle;
  before(async () => {
    browser = await launchBrowser();
    bundle = await mkdtemp(join(tmpdir(), "paceline-bundle-"));
    await bundleAsASiteWould(bundle);
    site = await startServer([
      routes({
        "/tag": await readFile(join(EXAMPLES, "script_tag.html"), "utf8"),
        "/npm":
          '<!doctype html><title>Academy</title><script type="module" src="/npm_import.js"></script><button>Book</button>',
        "/favicon.ico": { status: 204 },
      }),
      folder(bundle),
    ]);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await rm(bundle, { recursive: true, force: true });
  });

  for (const path of ["/tag", "/npm"]) {
    test(path, async () => {
      const { page, errors, engineRuns } = await newPage(browser);
      const beacon = new Promise((resolve) => catchPosts(page, resolve));
      await page.goto(site.origin + path);
      await engineRuns();
      // Ten events and more, so that a Beacon leaves while the page is visible.
      for (let i = 0; i < 12; ++i) await page.click("button");
      const { site: key, strings, pageViews } = await beacon;
      assert.equal(key, "academy");
      assert.equal(strings[pageViews[0].urlRef - 1], path);
      assert.deepEqual(errors, []);
      await page.close();
    });
  }
});

async function catchPosts(page, onBeacon) {
  await page.route("https://rum.example.com/**", async (route) => {
    const headers = { "access-control-allow-origin": "*" };
    const { pathname } = new URL(route.request().url());
    if (pathname === "/v1/beacon") {
      onBeacon(decodeBeacon(route.request().postDataBuffer()));
      return route.fulfill({ status: 204, headers });
    }
    if (!pathname.startsWith("/agent/")) return route.fulfill({ status: 404, headers });
    const body = await readFile(join(AGENT_FOLDER, pathname.replace("/agent/", "")));
    return route.fulfill({ body, headers, contentType: CONTENT_TYPES[extname(pathname)] });
  });
}

// With the lazy part as a chunk of its own, and the WebAssembly copied as an asset.
async function bundleAsASiteWould(outdir) {
  await build({
    entryPoints: [join(EXAMPLES, "npm_import.js")],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    alias: { "@paceline/agent": join(AGENT_FOLDER, "paceline.esm.js") },
    external: ["module", "fs", "path", "url", "crypto"],
    logLevel: "error",
  });
  for (const name of await readdir(AGENT_FOLDER)) {
    if (name.endsWith(".wasm")) await cp(join(AGENT_FOLDER, name), join(outdir, name));
  }
}
