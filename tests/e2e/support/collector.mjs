// Starts the collector's binary on free ports with a data folder of its own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inRepository } from "./paths.mjs";

/** The binary under test; PACELINE_BINARY overrides. */
export function collectorBinary() {
  return process.env.PACELINE_BINARY ?? inRepository("build/release/bin/paceline");
}

export function hasCollector() {
  return existsSync(collectorBinary());
}

/**
 * @typedef {object} Collector
 * @property {Readonly<Record<string, string>>} addresses what the binary printed at start, by name: "dashboard"
 *     ("http" and "dashboard" stand for each other), "grpc", "site" (demo only)
 * @property {string} http origin of the API, the agent's files and the ingest
 * @property {string} grpc host:port
 * @property {string} dataDir
 * @property {number | undefined} pid
 * @property {() => string} log everything printed so far
 * @property {(signal?: NodeJS.Signals) => Promise<number | null>} stop ends the process, answers its exit code, and
 *     keeps the data folder, so that another start can use it
 * @property {() => Promise<void>} remove stops, and deletes the data folder
 */

/**
 * @param {object} [options]
 * @param {'serve' | 'demo'} [options.command]
 * @param {readonly string[]} [options.args] more flags
 * @param {string} [options.config] text of paceline.yaml
 * @param {string} [options.dataDir] to go on with the data of an earlier run
 * @param {NodeJS.ProcessEnv} [options.env] more variables
 * @returns {Promise<Collector>}
 */
export async function startCollector({
  command = "serve",
  args = [],
  config,
  dataDir,
  env = {},
} = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "paceline-test-")));
  const flags = [
    "--http",
    "127.0.0.1:0",
    "--grpc",
    "127.0.0.1:0",
    "--data-dir",
    join(folder, "data"),
  ];
  if (command === "demo") {
    flags.push("--site-http", "127.0.0.1:0", "--checkout-http", "127.0.0.1:0");
  }
  if (config !== undefined) {
    await writeFile(join(folder, "paceline.yaml"), config);
    flags.push("--config", join(folder, "paceline.yaml"));
  }
  const child = spawn(collectorBinary(), [command, ...flags, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  child.stderr.on("data", (chunk) => (text += chunk));

  const addresses = await readAddresses(child, exited, (line) => (text += `${line}\n`)).catch(
    (error) => {
      child.kill("SIGKILL");
      throw new Error(`${error.message}\n${text}`);
    },
  );
  const stop = async (/** @type {NodeJS.Signals} */ signal = "SIGTERM") => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  return {
    addresses,
    http: addresses.dashboard,
    grpc: addresses.grpc,
    dataDir: folder,
    pid: child.pid,
    log: () => text,
    stop,
    remove: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// The binary prints "name address" lines; it is ready when the API's and gRPC's addresses are known.
function readAddresses(child, exited, keep) {
  return new Promise((resolve, reject) => {
    /** @type {Record<string, string>} */
    const addresses = {};
    const timer = setTimeout(
      () => reject(new Error("the collector did not start in 60 s")),
      60_000,
    );
    exited.then((code) => reject(new Error(`the collector ended with ${code} at start`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      keep(line);
      const match = /^\s*(site|checkout|dashboard|http|public|grpc)\s+(\S+)\s*$/.exec(line);
      if (!match) return;
      addresses[match[1]] = match[2];
      addresses.dashboard ??= addresses.http;
      if (addresses.dashboard && addresses.grpc) {
        clearTimeout(timer);
        // A demo prints its site, too; all lines come in one go.
        setImmediate(() => resolve(addresses));
      }
    });
  });
}
