import { describe, expect, it } from "vitest";
import { createEntryBatch, EntryKind, type BatchHeader } from "../../../js-shim/src/entry-batch.ts";
import type { Field } from "../../../js-shim/src/protobuf.ts";
import { decodeEntryBatch, encode } from "../../e2e/support/protocol.mjs";

const HEADER: BatchHeader = [
  "academy",
  Uint8Array.from({ length: 16 }, (_, i) => i + 1),
  Uint8Array.from({ length: 8 }, (_, i) => 255 - i),
  3,
  1_795_221_600_000,
  1_795_221_601_234,
  250_000,
  12,
];
// EntryKind's names, in the order of their numbers.
const KINDS = [
  "pageViewStart",
  "navigation",
  "paint",
  "largestContentfulPaint",
  "layoutShift",
  "eventTiming",
  "visibilityChange",
  "userInput",
  "click",
] as const;
const noContext = () => [];

/** Fields by their numbers. */
function numbered(byNumber: Readonly<Record<number, Field>>): readonly Field[] {
  const fields: Field[] = [];
  for (const [number, value] of Object.entries(byNumber)) fields[Number(number) - 1] = value;
  return fields;
}

describe("EntryBatch", () => {
  it("carries its header", () => {
    const sealed = decodeEntryBatch(createEntryBatch().seal(HEADER, noContext, true));
    expect(sealed).toMatchObject({
      site: "academy",
      sessionId: HEADER[1],
      documentId: HEADER[2],
      sequence: 3,
      originUnixMs: 1_795_221_600_000n,
      sentUnixMs: 1_795_221_601_234n,
      sampleRatePpm: 250_000,
      interactionCount: 12,
      keptUnsampled: true,
    });
    expect(sealed.context).toBeDefined();
  });

  it("keeps entries in their order, each under its kind", () => {
    const batch = createEntryBatch();
    for (const name of KINDS) batch.add(EntryKind[name], [EntryKind[name] * 10]);
    const { entries } = decodeEntryBatch(batch.seal(HEADER, noContext, false));
    expect(entries.map((e: { entry: { case: string } }) => e.entry.case)).toEqual([...KINDS]);
  });

  it("keeps each text once, also the context's", () => {
    const batch = createEntryBatch();
    expect([batch.ref(""), batch.ref("de"), batch.ref("b"), batch.ref("de")]).toEqual([0, 1, 2, 1]);
    const bytes = batch.seal(HEADER, (ref) => numbered({ 1: 512, 12: ref("de") }), false);
    const { strings, context } = decodeEntryBatch(bytes);
    expect(strings).toEqual(["de", "b"]);
    expect(context).toMatchObject({ deviceMemoryMib: 512, languageRef: 1 });
  });

  it.each([
    ["a path", "/" + "%D0%BA".repeat(500), 512],
    ["three bytes a unit", "\u7b2c".repeat(600), 512],
    ["a pair of surrogates across the limit", "x" + "\u{1f600}".repeat(300), 511],
  ])("cuts %s to what the collector takes", (_, text, expected) => {
    const batch = createEntryBatch();
    expect([batch.ref(text), batch.ref(text + "more")]).toEqual([1, 1]);
    const { strings } = decodeEntryBatch(batch.seal(HEADER, noContext, false));
    expect(strings).toEqual([text.slice(0, expected)]);
    expect(new TextEncoder().encode(strings[0]).length).toBeLessThanOrEqual(1536);
  });

  it("can be sealed again, and begins anew when cleared", () => {
    const batch = createEntryBatch();
    batch.add(EntryKind.click, [1, 2, 3, batch.ref("a")]);
    expect(batch.seal(HEADER, noContext, false)).toEqual(batch.seal(HEADER, noContext, false));
    expect(batch.count()).toBe(1);
    batch.clear();
    expect([batch.count(), batch.size(), batch.ref("z")]).toEqual([0, 0, 1]);
    expect(decodeEntryBatch(batch.seal(HEADER, noContext, false)).entries).toHaveLength(0);
  });

  it("estimates its size within the header's", () => {
    const batch = createEntryBatch();
    for (let i = 0; i < 500; ++i)
      batch.add(EntryKind.click, [i, i, i, batch.ref(`main>button-${i}`)]);
    const actual = batch.seal(HEADER, noContext, false).length;
    expect(Math.abs(actual - batch.size())).toBeLessThan(600);
  });

  it("writes the bytes of the real library", () => {
    const batch = createEntryBatch();
    batch.add(EntryKind.pageViewStart, [
      0,
      1,
      batch.ref("/home"),
      batch.ref("https://a.example"),
      0,
      1,
    ]);
    batch.add(EntryKind.layoutShift, [77, Float64Array.of(0.123456789), true]);
    batch.add(EntryKind.visibilityChange, [90, true]);
    const bytes = batch.seal(
      HEADER,
      (ref) => numbered({ 1: 1, 2: 2, 6: true, 12: ref("en") }),
      true,
    );
    expect(bytes).toEqual(encode("EntryBatch", decodeEntryBatch(bytes)));
  });
});
