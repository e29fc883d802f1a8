// scripts/bench ingest: what the collector takes over HTTP and gRPC, beside what it is compared with, in one run.
import { post, stream } from "./load.mjs";
import { createReport, readOptions } from "./report.mjs";
import { inTurn, medianOf, ratioOf, sumOf } from "./rounds.mjs";
import * as servers from "./servers.mjs";

const PARTS = ["http", "peers", "slow", "grpc"];
const SLOW_SYNC_MS = 5;
const SLOW_CONNECTIONS = 1024;

const options = readOptions(PARTS, { rounds: "5", seconds: "5", profile: false });
const { rounds, seconds } = options;
const report = createReport("ingest");
const { figures } = report;

function addPosts(title, results) {
  const { row } = report.table(
    title,
    "server",
    "posts a second",
    "paceline's to its",
    "p50, ms",
    "p99, ms",
    "its CPU for a post, µs",
    "bytes of a body",
    "failed",
  );
  for (const [name, all] of Object.entries(results)) {
    row(
      name,
      Math.round(medianOf(all, "rate")),
      ratioOf(results.paceline, all).toFixed(3),
      medianOf(all, "p50_ms").toFixed(2),
      medianOf(all, "p99_ms").toFixed(2),
      medianOf(all, "cpuMicros").toFixed(1),
      Math.round(medianOf(all, "body_bytes")),
      sumOf(all, "failed"),
    );
  }
}

/** Posts to the chosen servers in turn; one run, so that the ratios are of the same minutes. */
async function measurePosts() {
  const { paceline, ...others } = await inTurn({
    rounds,
    servers: {
      ...(options.has("http") ? { nginx: servers.startNginx } : {}),
      paceline: servers.startPaceline,
      ...(options.has("peers")
        ? { VictoriaMetrics: servers.startVictoriaMetrics, InfluxDB: servers.startInfluxdb }
        : {}),
    },
    measure: (server, name) =>
      post(server, { seconds, profile: options.profile && name === "paceline" }),
    report,
    title: "posts",
  });
  if (others.nginx) {
    figures.http_vs_nginx = ratioOf(paceline, others.nginx);
    figures.http_p99_ms = medianOf(paceline, "p99_ms");
  }
  if (others.VictoriaMetrics) {
    figures.http_vs_victoriametrics = ratioOf(paceline, others.VictoriaMetrics);
    figures.http_vs_influxdb = ratioOf(paceline, others.InfluxDB);
  }
  addPosts(`Posts over 64 kept-alive connections, median of ${rounds} rounds of ${seconds} s`, {
    paceline,
    ...others,
  });
}

/** The same on a disk that takes its time. */
async function measureSlowDisk() {
  const env = servers.slowDisk(SLOW_SYNC_MS);
  const results = await inTurn({
    rounds,
    servers: { paceline: () => servers.startPaceline({ env }) },
    measure: (server) => post(server, { seconds, connections: SLOW_CONNECTIONS }),
    report,
    title: `every sync takes ${SLOW_SYNC_MS} ms more`,
  });
  addPosts(
    `Posts over ${SLOW_CONNECTIONS} kept-alive connections, every sync ${SLOW_SYNC_MS} ms slower`,
    results,
  );
}

async function measureStream() {
  const { paceline } = await inTurn({
    rounds,
    servers: { paceline: servers.startPaceline },
    measure: (server) => stream(server, { seconds, profile: options.profile }),
    report,
    title: "one gRPC stream",
  });
  figures.grpc_events_per_second = medianOf(paceline, "events_per_second");
  const { row } = report.table(
    `Batches of 256 Beacons over one gRPC stream, median of ${rounds} rounds of ${seconds} s`,
    "durable events a second",
    "Beacons a second",
    "collector's CPU for an event, µs",
    "refused",
  );
  row(
    Math.round(figures.grpc_events_per_second),
    Math.round(medianOf(paceline, "beacons_per_second")),
    medianOf(paceline, "cpuMicros").toFixed(2),
    sumOf(paceline, "refused"),
  );
}

if (options.has("http") || options.has("peers")) await measurePosts();
if (options.has("slow")) await measureSlowDisk();
if (options.has("grpc")) await measureStream();
report.print(options.json);
