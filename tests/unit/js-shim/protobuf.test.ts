import { describe, expect, it } from "vitest";
import { message, sint, type Field } from "../../../js-shim/src/protobuf.ts";
import { decode, encode } from "../../e2e/support/protocol.mjs";

/** A message with a single field. */
function only(fieldNumber: number, value: Field): Uint8Array {
  const fields: Field[] = [];
  fields[fieldNumber - 1] = value;
  return message(fields);
}

// Context has plain numbers and booleans, Rect signed ones.
describe("message", () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1])(
    "writes the number %d",
    (value) => {
      expect(decode("Context", message([value])).deviceMemoryMib).toBe(value);
    },
  );

  it("writes numbers of more than 32 bits", () => {
    const batch = decode("EntryBatch", only(5, 1_795_221_600_123));
    expect(batch.originUnixMs).toBe(1_795_221_600_123n);
  });

  it.each([0, 1, -1, 63, -64, 64, -65, 2 ** 31 - 1, -(2 ** 31)])(
    "writes the signed %d",
    (value) => {
      expect(decode("Rect", message([sint(value)])).x).toBe(value);
    },
  );

  it("leaves defaults out, and what is no number", () => {
    const values = [
      0,
      false,
      "",
      undefined,
      Number.NaN,
      -1,
      Infinity,
      2 ** 53,
      [],
      Float64Array.of(0),
    ];
    expect(message(values)).toHaveLength(0);
  });

  it("repeats a field for every element", () => {
    const bytes = only(9, ["a", "ü€😀"]);
    expect(decode("EntryBatch", bytes).strings).toEqual(["a", "ü€😀"]);
  });

  it("takes a list in a list for a message, whose texts are told likewise", () => {
    const bytes = message(["de", [[3, "b"], []]], (text) => text.length);
    expect(bytes).toEqual(message([2, [message([3, 1]), message([])]]));
  });

  it("leaves a rectangle out", () => {
    expect(message([{ x: 1, y: 2, width: 3, height: 4 } as DOMRectReadOnly])).toHaveLength(0);
  });

  it("writes texts as they are told", () => {
    const bytes = message(["de", "", 7], (text) => text.length);
    expect(bytes).toEqual(message([2, 0, 7]));
  });

  it.each([0.1, 1e-9, 1 / 3, 5e-324, 1e300])("writes the double %d exactly", (value) => {
    const shift = message([1, Float64Array.of(value)]);
    expect(decode("Entry", only(5, shift)).entry.value.value).toBe(value);
  });

  it("marks empty messages as present", () => {
    expect(decode("Entry", only(3, message([]))).entry.case).toBe("paint");
  });

  it("gives the bytes of the real library", () => {
    const rect = message([sint(-5), sint(70_000), 3, 0]);
    const source = message([2, rect, rect]);
    const shift = message([300, Float64Array.of(0.0625), true, [source, source]]);
    const entry = only(5, shift);
    const batch = message([
      "academy",
      new Uint8Array(16),
      Uint8Array.of(255),
      0,
      1e12,
      7,
      1,
      0,
      ["x"],
      message([512, 8, 4]),
      [entry, entry],
      true,
    ]);
    expect(batch).toEqual(encode("EntryBatch", decode("EntryBatch", batch)));
  });
});
