// Recordings: what real browsers sent of real pages as raw EntryBatches. tests/parity/replay.cc states their format.
import { readFileSync, readdirSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import { decodeEntryBatch, messageSchema } from "../e2e/support/protocol.mjs";
import { inRepository } from "../e2e/support/paths.mjs";

export const RECORDINGS = inRepository("tests/fixtures/recordings");

/** Names of all recordings, sorted. */
export function recordingNames() {
  return readdirSync(RECORDINGS)
    .filter((name) => name.endsWith(".entries"))
    .sort();
}

/**
 * @param {Uint8Array} bytes a whole recording
 * @returns {Uint8Array[]} the batches' bytes
 */
export function takeApart(bytes) {
  const batches = [];
  for (let at = 0; at < bytes.length;) {
    let length = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = bytes[at++];
      length += (byte & 0x7f) * 2 ** shift;
    }
    if (at + length > bytes.length) throw new Error("cut inside a record");
    batches.push(bytes.subarray(at, at + length));
    at += length;
  }
  return batches;
}

/** @param {readonly Uint8Array[]} batches */
export function putTogether(batches) {
  return Buffer.concat(
    batches.map((batch) => {
      const length = [];
      let rest = batch.length;
      for (; rest > 0x7f; rest = Math.floor(rest / 128)) length.push((rest & 0x7f) | 0x80);
      return Buffer.concat([Uint8Array.of(...length, rest), batch]);
    }),
  );
}

/** @returns {Uint8Array[]} the batches of a recording */
export function readRecording(name) {
  return takeApart(readFileSync(`${RECORDINGS}/${name}`));
}

/** Calls `visit` with every string reference in a message: its owner, its field, and the text. */
function eachRef(message, visit) {
  for (const [field, value] of Object.entries(message)) {
    if (field.endsWith("Ref")) visit(message, field, value);
    else if (field.endsWith("Refs")) value.forEach((ref, index) => visit(value, index, ref));
    else if (Array.isArray(value)) for (const item of value) eachRef(item, visit);
    else if (value && typeof value === "object" && !ArrayBuffer.isView(value))
      eachRef(value, visit);
  }
}

/** Last time that an entry tells of, in ms. */
function endOf({ entry: { value } }) {
  const start = value.at100us ?? value.start100us ?? 0;
  return Math.ceil((start + (value.duration100us ?? 0)) / 10);
}

/**
 * Divides a recording's entries anew.
 * @param {readonly Uint8Array[]} recording
 * @param {number} parts number of batches
 * @returns {Uint8Array[]} that many batches, numbered from 0, with the same entries in the same order. A batch that ends
 *     where a recorded one did was sealed when that was; any other, when its last entry was told.
 */
export function divide(recording, parts) {
  const batches = recording.map(decodeEntryBatch);
  const all = batches.flatMap((batch) =>
    batch.entries.map((entry, index) => ({ entry, batch, index })),
  );
  let lastTold = 0;
  let lastSent = 0;
  return Array.from({ length: parts }, (_, part) => {
    const chosen = all.slice(
      Math.floor((all.length * part) / parts),
      Math.floor((all.length * (part + 1)) / parts),
    );
    const { batch, index } = chosen.at(-1) ?? all[0];
    for (const { entry } of chosen) lastTold = Math.max(lastTold, endOf(entry));
    const sealed = Number(batch.sentUnixMs);
    const isWhole = index === batch.entries.length - 1;
    const told = Number(batch.originUnixMs) + lastTold;
    lastSent = Math.max(lastSent, isWhole ? sealed : Math.min(sealed, told));
    return encodePart(chosen, batch, part, lastSent, interactionsAt(batch, index));
  });
}

/** Divides a recording into batches of one entry each. */
export function divideByEntry(recording) {
  const entries = recording.reduce((sum, batch) => sum + decodeEntryBatch(batch).entries.length, 0);
  return divide(recording, entries);
}

// What performance.interactionCount was: known where a batch was sealed and where a page view began.
function interactionsAt(batch, index) {
  const later = batch.entries.slice(index + 1).find(({ entry }) => entry.case === "pageViewStart");
  return later ? later.entry.value.interactionCount : batch.interactionCount;
}

function encodePart(chosen, batch, sequence, sentUnixMs, interactionCount) {
  const strings = [];
  const refIn = (texts) => (owner, field, ref) => {
    if (ref === 0) return;
    const text = texts[ref - 1];
    if (!strings.includes(text)) strings.push(text);
    owner[field] = strings.indexOf(text) + 1;
  };
  const entries = chosen.map(({ entry, batch: { strings: texts } }) => {
    const copy = structuredClone(entry);
    eachRef(copy, refIn(texts));
    return copy;
  });
  const context = structuredClone(batch.context);
  if (context) eachRef(context, refIn(batch.strings));
  const schema = messageSchema("EntryBatch");
  return toBinary(
    schema,
    create(schema, {
      ...batch,
      sequence,
      sentUnixMs: BigInt(sentUnixMs),
      interactionCount,
      strings,
      context,
      entries,
    }),
  );
}
