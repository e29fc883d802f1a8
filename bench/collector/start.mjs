// How long the collector takes to start with a full store: from its exec to the first 200 of /readyz.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../agent/statistics.mjs";
import { stream } from "./load.mjs";
import { freePort, removeFolder, run, start } from "./processes.mjs";
import { BIN, startPaceline } from "./servers.mjs";

const MILLIONS = 10;
const LOAD_MS = 4000;

/** Takes a store's files out of the system's cache. */
async function forgetFiles(folder) {
  for (const entry of readdirSync(join(folder, "data"), { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, "data", entry.name);
    await run("dd", [`if=${file}`, "iflag=nocache", "count=0", "status=none"]);
  }
}

/** Milliseconds; the collector is stopped again. */
async function timeStart(folder) {
  const address = `127.0.0.1:${await freePort()}`;
  const args = ["serve", "--site", "academy", "--http", address, "--grpc", "127.0.0.1:0"];
  args.push("--data-dir", join(folder, "data"), "--log-level", "warn");
  const isReady = () =>
    fetch(`http://${address}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const began = performance.now();
  const server = await start(join(BIN, "paceline"), args, { isReady, pollMs: 2 });
  const took = performance.now() - began;
  await server.stop();
  return took;
}

/** Kills it while events stream in as fast as they can. */
async function killUnderLoad(folder) {
  const server = await startPaceline({ folder });
  const streaming = stream(server, { seconds: 60 }).catch(() => {});
  await sleep(LOAD_MS);
  process.kill(server.pid, "SIGKILL");
  await server.stop({ keep: true });
  await streaming;
}

/**
 * @param {ReturnType<typeof import("./report.mjs").createReport>} report
 * @param {{ rounds: number }} options
 */
export async function measureStart(report, { rounds }) {
  report.say(`start: storing ${MILLIONS} million events`);
  const server = await startPaceline();
  await stream(server, { events: MILLIONS * 1_000_000 });
  await server.stop({ keep: true });
  const { folder } = server;
  const { row } = report.table(
    `From start to the first 200 of /readyz with ${MILLIONS} million events, ${rounds} rounds`,
    "after",
    "its files",
    "median, ms",
    "most, ms",
  );
  const all = [];
  for (const [after, prepare] of [
    ["SIGTERM", () => {}],
    ["kill -9 under load", killUnderLoad],
  ]) {
    for (const [files, forget] of [
      ["cached", () => {}],
      ["not cached", forgetFiles],
    ]) {
      report.say(`start: after ${after}, ${files}`);
      const took = [];
      for (let round = 0; round < rounds; round++) {
        await prepare(folder);
        await forget(folder);
        took.push(await timeStart(folder));
      }
      row(after, files, Math.round(median(took)), Math.round(Math.max(...took)));
      all.push(...took);
    }
  }
  report.figures.start_10m_ms = Math.max(...all);
  removeFolder(folder);
}
