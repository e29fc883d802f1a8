// Load on a server, by one client on the same machine.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { inRepository } from "../../tests/e2e/support/paths.mjs";
import { run } from "./processes.mjs";
import { BIN } from "./servers.mjs";

export const RECORDINGS = inRepository("bench/fixtures");
const PROFILED_FUNCTIONS = 40;

/** Runs a program of bench/ with flags; the JSON object that it prints. */
export async function measure(program, flags, options) {
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return JSON.parse(await run(join(BIN, program), args, options));
}

/**
 * @typedef {object} Posted
 * @property {number} rate posts a second that were answered with 2xx
 * @property {number} p50_ms
 * @property {number} p99_ms of the time to the answer
 * @property {number} failed those that were answered otherwise, or not
 * @property {number} cpuMicros of the server's CPU time for each post
 */

/**
 * Posts over kept-alive connections.
 * @param {import("./servers.mjs").Server} server
 * @param {{ seconds: number, connections?: number, profile?: boolean }} options
 * @returns {Promise<Posted>}
 */
export async function post(server, { seconds, connections = 64, profile = false }) {
  const before = server.cpuSeconds();
  const profiled = profile ? recordProfile(server) : undefined;
  const { address, path, posts } = server;
  const flags = { address, path, posts, recordings: RECORDINGS, connections, seconds };
  const result = await measure("http_load", flags);
  await profiled?.end();
  if (server.accepted) await checkAccepted(server, result);
  return { ...result, cpuMicros: ((server.cpuSeconds() - before) / result.total) * 1e6 };
}

/** What counts is a Beacon that is stored, not any answer of 204. */
async function checkAccepted(server, { total, failed }) {
  const accepted = await server.accepted();
  if (accepted >= total - failed) return;
  throw new Error(`${total} posts were answered, ${failed} refused, but only ${accepted} accepted`);
}

/**
 * @typedef {object} Streamed
 * @property {number} events_per_second that were acknowledged
 * @property {number} beacons_per_second
 * @property {number} refused Beacons
 * @property {number} cpuMicros of the server's CPU time for each event
 */

/**
 * Sends batches over one gRPC stream: for a time, of visits that end now, or until a number of events is stored, of visits
 * of the last 50 minutes in their order.
 * @param {import("./servers.mjs").Server} server
 * @param {{ seconds?: number, events?: number, profile?: boolean }} options
 * @returns {Promise<Streamed>}
 */
export async function stream(server, { seconds = 0, events = 0, profile = false }) {
  const before = server.cpuSeconds();
  const profiled = profile ? recordProfile(server) : undefined;
  const address = server.grpc;
  const flags = { address, recordings: RECORDINGS, seconds, events, "spread-minutes": 50 };
  const result = await measure("grpc_load", flags);
  await profiled?.end();
  return { ...result, cpuMicros: ((server.cpuSeconds() - before) / result.events) * 1e6 };
}

/** Where a server's CPU time goes until the end: functions by their own share, on stderr. */
function recordProfile({ pid, folder }) {
  const data = join(folder, "perf.data");
  const args = ["record", "-q", "-F", "997", "-o", data, "-p", String(pid)];
  const perf = spawn("perf", args, { stdio: "ignore" });
  const exited = new Promise((resolve) => perf.once("exit", resolve));
  return {
    async end() {
      perf.kill("SIGINT");
      await exited;
      const how = ["--stdio", "-q", "--no-children", "-s", "comm,dso,sym"];
      const report = await run("perf", ["report", "-i", data, ...how]);
      console.error(report.split("\n").filter(Boolean).slice(0, PROFILED_FUNCTIONS).join("\n"));
    },
  };
}
