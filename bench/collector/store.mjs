// scripts/bench store: what of RocksDB's own rate is left, what an event takes on disk, and what a full store costs, also
// at start.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { median } from "../agent/statistics.mjs";
import { measure, RECORDINGS, stream } from "./load.mjs";
import { removeFolder, run, temporaryFolder } from "./processes.mjs";
import { createReport, readOptions } from "./report.mjs";
import { medianOf, ratioOf } from "./rounds.mjs";
import { slowDisk, startPaceline } from "./servers.mjs";
import { measureStart } from "./start.mjs";

const PARTS = ["engine", "disk", "scaling", "start"];
const MILLION = 1_000_000;

const options = readOptions(PARTS, { rounds: "3", seconds: "5", events: "2", most: "100" });
const { rounds, seconds } = options;
const report = createReport("store");
const { figures } = report;

/** How many records a second RocksDB's own benchmark writes, each batch synced. */
async function runDbBench({ valueBytes, batch, env }) {
  const folder = temporaryFolder();
  const printed = await run(
    "db_bench",
    [
      ...["--benchmarks=fillrandom", "--sync=1", `--batch_size=${batch}`, "--num=1000000000"],
      ...[`--value_size=${valueBytes}`, `--duration=${seconds}`, `--db=${folder}`],
      "--compression_type=lz4",
    ],
    { env },
  );
  removeFolder(folder);
  return { rate: Number(/fillrandom\s*:.*?([\d.]+) ops\/sec/.exec(printed)[1]) };
}

/** The pipeline and the store without a network, beside RocksDB with the same bytes. */
async function measureEngine({ title, waiting, batch, env }) {
  const ours = [];
  const theirs = [];
  for (let round = 1; round <= rounds; round++) {
    report.say(`${title}: round ${round} of ${rounds}`);
    ours.push(
      await measure("pipeline_bench", { recordings: RECORDINGS, waiting, seconds }, { env }),
    );
    const valueBytes = Math.round(ours[0].record_bytes);
    theirs.push(await runDbBench({ valueBytes, batch, env }));
  }
  const { row } = report.table(
    `${title}, median of ${rounds} rounds of ${seconds} s`,
    "what",
    "bytes of a record",
    "records a second",
    "to db_bench's",
  );
  const bytes = Math.round(ours[0].record_bytes);
  const ratio = ratioOf(ours, theirs);
  row(
    `db_bench, synced in batches of ${batch}`,
    bytes,
    Math.round(medianOf(theirs, "rate")),
    "1.000",
  );
  row(
    `Beacons, ${waiting} waiting for their answer`,
    bytes,
    Math.round(medianOf(ours, "rate")),
    ratio.toFixed(3),
  );
  return ratio;
}

/** Bytes of all files but RocksDB's log of what it did. */
function bytesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("LOG"))
    .reduce((sum, { path, name }) => sum + statSync(join(path, name)).size, 0);
}

/** Bytes of the tables of each column family. */
async function bytesByFamily(folder) {
  const listed = await run("ldb", [`--db=${folder}`, "list_live_files_metadata"]);
  const families = listed.split(/^===== Column Family: /m).slice(1);
  return families.map((text) => ({
    family: /^\S+/.exec(text)[0],
    bytes: [...text.matchAll(/^\S+\.sst$/gm)].reduce((sum, [file]) => sum + statSync(file).size, 0),
  }));
}

async function measureDisk() {
  const server = await startPaceline();
  report.say(`disk: storing ${options.events} million events`);
  const { events, beacons } = await stream(server, { events: options.events * MILLION });
  report.notePeak(server.peakMb());
  await server.stop({ keep: true });
  const data = join(server.folder, "data");
  const before = bytesOf(data);
  report.say("disk: compacting");
  for (const { family } of await bytesByFamily(data)) {
    await run("ldb", [
      `--db=${data}`,
      "--try_load_options",
      `--column_family=${family}`,
      "compact",
    ]);
  }
  const families = await bytesByFamily(data);
  const after = bytesOf(data);
  removeFolder(server.folder);
  figures.bytes_per_event = after / events;
  const { row } = report.table(
    `On disk, after ${events} events in ${beacons} Beacons`,
    "when",
    "MB",
    "bytes an event",
  );
  row("as the collector left it", (before / 1e6).toFixed(1), (before / events).toFixed(1));
  row("compacted", (after / 1e6).toFixed(1), (after / events).toFixed(1));
  for (const { family, bytes } of families.filter((one) => one.bytes > 0)) {
    row(`of that, ${family}`, (bytes / 1e6).toFixed(1), (bytes / events).toFixed(1));
  }
}

async function measureScaling() {
  const server = await startPaceline();
  const { row } = report.table(
    `One gRPC stream into a store that fills, median of ${rounds} rounds of ${seconds} s`,
    "million events stored",
    "events a second",
    "to the first's",
    "collector's CPU for an event, µs",
    "collector's memory, MB",
  );
  let stored = 0;
  let first;
  for (const millions of [1, 10, 100].filter((number) => number <= options.most)) {
    report.say(`scaling: storing up to ${millions} million events`);
    const missing = millions * MILLION - stored;
    if (missing > 0) stored += (await stream(server, { events: missing })).events;
    const results = [];
    for (let round = 1; round <= rounds; round++) results.push(await stream(server, { seconds }));
    stored += results.reduce((sum, { events }) => sum + events, 0);
    const rate = medianOf(results, "events_per_second");
    first ??= rate;
    if (millions === 100) figures.rate_after_100m = rate / first;
    row(
      millions,
      Math.round(rate),
      (rate / first).toFixed(3),
      medianOf(results, "cpuMicros").toFixed(2),
      Math.round(server.rssMb()),
    );
  }
  report.notePeak(server.peakMb());
  await server.stop();
}

async function measureIdle() {
  const idle = [];
  for (let round = 0; round < 3; round++) {
    const server = await startPaceline();
    idle.push(server.rssMb());
    await server.stop();
  }
  report.noteIdle(median(idle));
}

await measureIdle();
if (options.has("engine")) {
  figures.durable_vs_db_bench = await measureEngine({
    title: "Share of the engine",
    waiting: 64,
    batch: 50,
  });
  await measureEngine({
    title: "The same, every sync 5 ms slower",
    waiting: 1024,
    batch: 1000,
    env: slowDisk(5),
  });
}
if (options.has("disk")) await measureDisk();
if (options.has("scaling")) await measureScaling();
if (options.has("start")) await measureStart(report, options);
report.print(options.json);
