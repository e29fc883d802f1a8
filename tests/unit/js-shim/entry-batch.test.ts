import { describe, expect, it } from "vitest";
import {
  encodeEntries,
  EntryKind,
  keepEntries,
  type EntryBatch,
} from "../../../js-shim/src/entry-batch.ts";
import { message } from "../../../js-shim/src/protobuf.ts";
import { decodeEntryBatch, encode } from "../../e2e/support/protocol.mjs";

const createEntryBatch = () => {
  const batch = {} as EntryBatch;
  keepEntries(batch);
  return batch;
};

/** The fields of a batch that the entries are in. */
const seal = (batch: EntryBatch) => {
  const entries = encodeEntries(batch);
  return message([...Array(8), batch.texts, undefined, entries]);
};

// By the names that the schema has.
const KINDS = {
  pageViewStart: EntryKind.pageViewStart,
  navigation: EntryKind.navigation,
  paint: EntryKind.paint,
  largestContentfulPaint: EntryKind.largestContentfulPaint,
  layoutShift: EntryKind.layoutShift,
  eventTiming: EntryKind.eventTiming,
  visibilityChange: EntryKind.visibilityChange,
  userInput: EntryKind.userInput,
  click: EntryKind.click,
  call: EntryKind.call,
  clickResponse: EntryKind.clickResponse,
  error: EntryKind.error,
  resource: EntryKind.resource,
};
describe("EntryBatch", () => {
  it("keeps entries in their order, each under its kind", () => {
    const batch = createEntryBatch();
    for (const kind of Object.values(KINDS)) batch.addEntry(kind, [kind * 10]);
    const { entries } = decodeEntryBatch(seal(batch));
    expect(entries.map((e: { entry: { case: string } }) => e.entry.case)).toEqual(
      Object.keys(KINDS),
    );
  });

  it("keeps each text once, and takes a text for its reference", () => {
    const batch = createEntryBatch();
    expect([batch.ref(""), batch.ref("de"), batch.ref("b"), batch.ref("de")]).toEqual([0, 1, 2, 1]);
    batch.addEntry(EntryKind.eventTiming, ["b", 1]);
    const { strings, entries } = decodeEntryBatch(seal(batch));
    expect(strings).toEqual(["de", "b"]);
    expect(entries[0].entry.value.nameRef).toBe(2);
  });

  it.each([
    ["a path", "/" + "%D0%BA".repeat(500), 512],
    ["three bytes a unit", "\u7b2c".repeat(600), 512],
  ])("cuts %s to what the collector takes", (_, text, expected) => {
    const batch = createEntryBatch();
    expect([batch.ref(text), batch.ref(text + "more")]).toEqual([1, 1]);
    const { strings } = decodeEntryBatch(seal(batch));
    expect(strings).toEqual([text.slice(0, expected)]);
    expect(new TextEncoder().encode(strings[0]).length).toBeLessThanOrEqual(1536);
  });

  it("cuts a pair of surrogates across the limit to what can be decoded", () => {
    const batch = createEntryBatch();
    batch.ref(`x${"\u{1f600}".repeat(300)}`);
    const [text] = decodeEntryBatch(seal(batch)).strings;
    expect(text).toBe(`x${"\u{1f600}".repeat(255)}\ufffd`);
  });

  it("can be sealed again, and begins anew when cleared", () => {
    const batch = createEntryBatch();
    batch.addEntry(EntryKind.click, [1, 2, 3, batch.ref("a")]);
    expect(seal(batch)).toEqual(seal(batch));
    expect(batch.recorded.length).toBe(1);
    batch.clearBatch();
    expect([batch.recorded.length, batch.byteCount, batch.ref("z")]).toEqual([0, 0, 1]);
    expect(decodeEntryBatch(seal(batch)).entries).toHaveLength(0);
  });

  it("estimates its size within the header's", () => {
    const batch = createEntryBatch();
    for (let i = 0; i < 500; ++i)
      batch.addEntry(EntryKind.click, [i, i, i, batch.ref(`main>button-${i}`)]);
    const actual = seal(batch).length;
    expect(Math.abs(actual - batch.byteCount)).toBeLessThan(600);
  });

  it("writes the bytes of the real library", () => {
    const batch = createEntryBatch();
    batch.addEntry(EntryKind.pageViewStart, [
      0,
      1,
      batch.ref("/home"),
      batch.ref("https://a.example"),
      0,
      1,
    ]);
    batch.addEntry(EntryKind.layoutShift, [77, Float64Array.of(0.123456789), true]);
    batch.addEntry(EntryKind.visibilityChange, [90, true]);
    const bytes = seal(batch);
    expect(bytes).toEqual(encode("EntryBatch", decodeEntryBatch(bytes)));
  });
});
