// scripts/bench ingest: how many beacons the collector takes, beside what it is compared with, in one run.
import { median } from "../agent/statistics.mjs";
import { post } from "./load.mjs";
import { createReport, readOptions } from "./report.mjs";
import { startNginx, startPaceline } from "./servers.mjs";

const PARTS = ["http"];

const options = readOptions(PARTS, { rounds: "5", seconds: "5", profile: false });
const report = createReport("ingest");
const { figures } = report;

/** Starts one server after the other for a while, A B A B, and gives what each had in each round. */
async function inTurn(name, servers, measure) {
  const results = Object.fromEntries(Object.keys(servers).map((server) => [server, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const [server, start] of Object.entries(servers)) {
      report.say(`${name}, ${server}, round ${round} of ${options.rounds}`);
      const running = await start();
      try {
        if (server === "paceline") report.noteIdle(running.rssMb());
        results[server].push(await measure(running, server));
        if (server === "paceline") report.notePeak(running.peakMb());
      } finally {
        await running.stop();
      }
    }
  }
  return results;
}

const medianOf = (results, field) => median(results.map((result) => result[field]));
const ratio = (results, others) =>
  median(results.map(({ rate }, round) => rate / others[round].rate));

function addRates(title, results) {
  const { row } = report.table(
    title,
    "server",
    "posts a second",
    "of the first's",
    "p50, ms",
    "p99, ms",
    "server's CPU a post, µs",
    "failed",
  );
  const first = Object.values(results)[0];
  for (const [server, all] of Object.entries(results)) {
    row(
      server,
      Math.round(medianOf(all, "rate")),
      ratio(all, first).toFixed(3),
      medianOf(all, "p50_ms").toFixed(2),
      medianOf(all, "p99_ms").toFixed(2),
      medianOf(all, "cpuMicros").toFixed(1),
      all.reduce((sum, { failed }) => sum + failed, 0),
    );
  }
}

if (options.has("http")) {
  const results = await inTurn(
    "http",
    { nginx: startNginx, paceline: startPaceline },
    (server, name) =>
      post(server, { seconds: options.seconds, profile: options.profile && name === "paceline" }),
  );
  figures.http_vs_nginx = ratio(results.paceline, results.nginx);
  figures.http_p99_ms = medianOf(results.paceline, "p99_ms");
  addRates(
    `Beacons over HTTP, 64 connections, median of ${options.rounds} rounds of ${options.seconds} s`,
    results,
  );
}

report.print(options.json);
