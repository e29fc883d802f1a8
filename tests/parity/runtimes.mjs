// The two builds of core/, driven the same way: each gives the same lines, as tests/parity/replay.cc states them.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCore } from "../e2e/support/core.mjs";
import { decodeEntryBatch } from "../e2e/support/protocol.mjs";
import { inRepository } from "../e2e/support/paths.mjs";
import { plainBody } from "../e2e/support/unpack.mjs";
import { putTogether } from "./recordings.mjs";

const NATIVE =
  process.env.PACELINE_PARITY_REPLAY ?? inRepository("build/release/bin/parity_replay");
const WASM = inRepository("build/wasm/bin/paceline-core.wasm");

for (const [file, command] of [
  [NATIVE, "ninja -C build/release parity_replay"],
  [WASM, "cmake --preset wasm && cmake --build --preset wasm"],
]) {
  if (!existsSync(file)) throw new Error(`${file} is missing; build it with: ${command}`);
}

/** @returns {string[]} lines of the native core */
export function runNatively(batches, coversEntriesBefore = 0) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-parity-"));
  try {
    const file = join(folder, "recording.entries");
    writeFileSync(file, putTogether(batches));
    const output = execFileSync(NATIVE, [file, String(coversEntriesBefore)], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    return output.trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf(core, length) {
  const start = core.output();
  return plainBody(Buffer.from(core.HEAPU8.slice(start, start + length)));
}

/** @returns {Promise<string[]>} lines of the core as WebAssembly */
export async function runInWasm(batches, coversEntriesBefore = 0) {
  const core = await startCore();
  const lines = [];
  let last = { sequence: 0, sentUnixMs: 0 };
  const flush = ({ sequence, sentUnixMs }) => {
    for (;;) {
      const length = core.flush(sequence, sentUnixMs, coversEntriesBefore);
      if (length === 0) return;
      lines.push(`beacon ${outputOf(core, length).toString("hex")}`);
    }
  };
  for (const batch of batches) {
    const address = core.reserve(batch.length);
    core.HEAPU8.set(batch, address);
    const status = core.consume(batch.length);
    const bits = core.pending();
    const flags = [16, 17].map((bit) => (bits >> bit) & 1);
    lines.push(["consume", status, bits & 0xffff, ...flags].join(" "));
    const { sequence, sentUnixMs } = decodeEntryBatch(batch);
    last = { sequence, sentUnixMs: Number(sentUnixMs) };
    flush(last);
  }
  flush({ sequence: last.sequence + 1, sentUnixMs: last.sentUnixMs + 10_000 });
  return lines;
}

const BATCH_EVENTS = 10;
const BATCH_MS = 30_000;
const POOR_VITAL = 1 << 16;

/**
 * Sends by the agent's rule: at ten events, after 30 s, at once for a poor vital, and when the page is hidden.
 * @param {readonly Uint8Array[]} batches
 * @returns {Promise<Uint8Array[]>} the Beacons
 */
export async function sendAsTheAgentDoes(batches) {
  const core = await startCore();
  const beacons = [];
  let lastSent = 0;
  for (const batch of batches) {
    core.HEAPU8.set(batch, core.reserve(batch.length));
    core.consume(batch.length);
    const { sentUnixMs, entries } = decodeEntryBatch(batch);
    const now = Number(sentUnixMs);
    lastSent ||= now;
    const bits = core.pending();
    const isHidden = entries.some(
      ({ entry }) => entry.case === "visibilityChange" && entry.value.hidden,
    );
    const isDue = (bits & 0xffff) >= BATCH_EVENTS || now - lastSent >= BATCH_MS;
    if (!isDue && !isHidden && (bits & POOR_VITAL) === 0) continue;
    const length = core.flush(beacons.length, now, 0);
    if (length === 0) continue;
    lastSent = now;
    beacons.push(outputOf(core, length));
  }
  return beacons;
}

/** Bytes of the Beacons among the lines. */
export function beaconsIn(lines) {
  return lines
    .filter((line) => line.startsWith("beacon "))
    .map((line) => Buffer.from(line.slice("beacon ".length), "hex"));
}
