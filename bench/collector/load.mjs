// Load on a server over HTTP, by one client on the same machine.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { inRepository } from "../../tests/e2e/support/paths.mjs";
import { run } from "./processes.mjs";
import { BIN } from "./servers.mjs";

const WARMUP_SECONDS = 1;
const PROFILED_FUNCTIONS = 40;

/**
 * @typedef {object} Measured
 * @property {number} rate posts a second that were answered with 2xx
 * @property {number} p50_ms
 * @property {number} p99_ms of the time to the answer
 * @property {number} failed those that were answered otherwise, or not
 * @property {number} cpuMicros of the server's CPU time for each post
 * @property {number} peakMb the server's memory
 */

/**
 * @param {import("./servers.mjs").Server} server
 * @param {{ seconds: number, connections?: number, profile?: boolean }} options
 * @returns {Promise<Measured>}
 */
export async function post(server, { seconds, connections = 64, profile = false }) {
  const before = server.cpuSeconds();
  const profiled = profile ? recordProfile(server, seconds) : undefined;
  const printed = await run(
    join(BIN, "http_load"),
    [
      ...["--address", server.address, "--path", server.path, "--posts", server.posts],
      ...["--recordings", inRepository("bench/fixtures"), "--connections", connections],
      ...["--warmup", WARMUP_SECONDS, "--seconds", seconds],
    ].map(String),
  );
  const result = JSON.parse(printed);
  await profiled;
  return {
    ...result,
    cpuMicros: ((server.cpuSeconds() - before) / result.total) * 1e6,
    peakMb: server.peakMb(),
  };
}

/** Where a server's CPU time goes while it is under load: functions by their own share, on stderr. */
async function recordProfile({ pid, folder }, seconds) {
  const data = join(folder, "perf.data");
  const args = [
    "record",
    "-q",
    "-F",
    "997",
    "-o",
    data,
    "-p",
    String(pid),
    "--",
    "sleep",
    String(seconds),
  ];
  await new Promise((resolve) => spawn("perf", args, { stdio: "ignore" }).once("exit", resolve));
  const report = await run("perf", [
    "report",
    "-i",
    data,
    "--stdio",
    "-q",
    "--no-children",
    "-s",
    "comm,dso,sym",
  ]);
  console.error(report.split("\n").filter(Boolean).slice(0, PROFILED_FUNCTIONS).join("\n"));
}
