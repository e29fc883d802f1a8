// scripts/bench agent: what the agent costs the page, beside its peers, in one run.
import { parseArgs } from "node:util";
import { launchBrowser } from "../../tests/e2e/support/browser.mjs";
import { serveAcademy } from "./academy.mjs";
import { LEAVINGS, measureCoverage, TAGS } from "./coverage.mjs";
import { measureFelt } from "./felt.mjs";
import { measureScriptTime } from "./script_time.mjs";
import { measureSize } from "./size.mjs";
import { loadVariants } from "./variants.mjs";
import { measureWire } from "./wire.mjs";

const PARTS = ["size", "script", "wire", "felt", "coverage"];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string", default: PARTS.join(",") },
    rounds: { type: "string", default: "5" },
    pairs: { type: "string", default: "30" },
    visits: { type: "string", default: "300" },
  },
});
const parts = values.only.split(",");
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown) {
  console.error(`error: --only ${unknown}: there is ${PARTS.join(", ")}`);
  process.exit(2);
}
const [rounds, pairs, visits] = ["rounds", "pairs", "visits"].map((name) => {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`error: --${name} wants a whole number above 0, got ${values[name]}`);
  process.exit(2);
});

const say = (line) => console.error(`==> ${line}`);
const figures = {};
const lines = [];
const row = (...cells) => lines.push(`| ${cells.join(" | ")} |`);
const table = (title, ...head) => {
  lines.push("", `**${title}**`, "");
  row(...head);
  row(...head.map((_, index) => (index ? "---:" : "---")));
};
const ms = (value) => value.toFixed(1);

const variants = await loadVariants();
const browser = await launchBrowser();
const academy = await serveAcademy(variants);
try {
  if (parts.includes("size")) {
    const { eager, total, files, apart } = await measureSize();
    Object.assign(figures, { eager_bytes: eager, total_bytes: total });
    table("Size, brotli 11", "file", "bytes");
    for (const [name, bytes] of Object.entries(files)) row(name, bytes);
    row("before the page is idle", eager);
    row("everything", total);
    for (const [name, bytes] of Object.entries(apart)) row(`apart: ${name}`, bytes);
  }
  if (parts.includes("script")) {
    const times = await measureScriptTime(browser, academy, variants, rounds, say);
    const names = { paceline: "script_ms", "web-vitals": "script_ms_web_vitals" };
    for (const [name, { totalMs }] of Object.entries(times)) {
      figures[names[name] ?? `script_ms_${name}`] = round(totalMs);
    }
    figures.longest_task_ms = round(times.paceline.longestTaskMs);
    figures.longest_task_before_lcp_ms = round(times.paceline.longestTaskBeforeLcpMs);
    table(
      `Main thread, four pages, CPU slowed down 4 times, median of ${rounds} rounds, ms`,
      "agent",
      "script",
      "longest task",
      "longest task before the largest paint",
    );
    for (const [name, time] of Object.entries(times)) {
      row(name, ms(time.totalMs), ms(time.longestTaskMs), ms(time.longestTaskBeforeLcpMs));
    }
  }
  if (parts.includes("wire")) {
    const sent = await measureWire(browser, academy, variants, rounds, say);
    figures.wire_bytes = sent.paceline.bytes;
    figures.wire_bytes_web_vitals = sent["web-vitals"].bytes;
    figures.wire_bytes_faro = sent.faro.bytes;
    figures.wire_bytes_boomerang = sent.boomerang.bytes;
    table(`Sent by one visit, median of ${rounds} rounds`, "agent", "requests", "bytes");
    for (const [name, { posts, bytes }] of Object.entries(sent)) row(name, posts, bytes);
  }
  if (parts.includes("felt")) {
    const felt = await measureFelt(browser, academy, pairs, say);
    table(
      `Felt, with it minus without, ${pairs} paired visits of four pages, CPU slowed down 4 times, ms`,
      "agent",
      "vital (sum of four pages)",
      "median difference",
      "95 % interval",
    );
    for (const [agent, vitals] of Object.entries(felt)) {
      for (const [vital, { median, low, high }] of Object.entries(vitals)) {
        row(agent, vital.toUpperCase(), ms(median), `${ms(low)} to ${ms(high)}`);
        if (agent !== "paceline") continue;
        Object.assign(figures, {
          [`felt_${vital}_ms`]: round(median),
          [`felt_${vital}_low_ms`]: round(low),
          [`felt_${vital}_high_ms`]: round(high),
        });
      }
    }
  }
  if (parts.includes("coverage")) {
    const tallies = await measureCoverage(browser, visits, say);
    table(
      `Coverage, ${visits} visits for each kind of tag, leaving after 50 to 5000 ms`,
      "tag, leaving by",
      "visits",
      "shim ran",
      "recorded",
      "lost before the shim",
    );
    let ran = 0;
    let recorded = 0;
    for (const tag of TAGS) {
      for (const leaving of LEAVINGS) {
        const one = tallies[tag][leaving];
        row(`${tag}, ${leaving}`, one.visits, one.ran, one.recorded, one.visits - one.ran);
        if (leaving === "crash") continue;
        ran += one.ran;
        recorded += one.recorded;
      }
    }
    figures.coverage = recorded / ran;
    lines.push(
      "",
      `Recorded of those in which the shim ran, without the crashed: ${((recorded / ran) * 100).toFixed(2)} %`,
    );
  }
} finally {
  await academy.close();
  await browser.close();
}

if (values.json) console.log(JSON.stringify({ bench: "agent", figures }));
else console.log(lines.join("\n").trim());

function round(value) {
  return Math.round(value * 100) / 100;
}
