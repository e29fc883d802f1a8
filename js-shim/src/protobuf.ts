// A protobuf writer. It writes fields in their order and leaves defaults out, so its bytes equal those of a canonical
// encoder.

/**
 * A field's value. Numbers are unsigned integers (see `sint` for signed ones), Uint8Array is bytes or a message, a
 * Float64Array of one element is a double, arrays are repeated fields, but those of numbers (see `packed`). What a text
 * is, `message` is told.
 */
export type Field =
  number | boolean | string | Uint8Array | Float64Array | readonly Field[] | undefined;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/**
 * Encodes a message; the field at index i has number i + 1. Holes and `undefined` are absent fields. Texts are written
 * as UTF-8, or as what `textField` makes of them: their reference.
 */
export function message(
  fields: readonly Field[],
  textField: (text: string) => Field = utf8,
): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const write = (tag: number, field: Field): void => {
    if (Array.isArray(field)) {
      (field as readonly Field[]).forEach((element) => write(tag, element));
    } else if (typeof field === "string") {
      if (field) write(tag, textField(field));
    } else if (field instanceof Float64Array) {
      if (field[0]) out.push(tag | FIXED64, ...new Uint8Array(field.buffer));
    } else if (typeof field === "object") {
      const bytes = field as Uint8Array;
      writeVarint(out, tag | LENGTH_DELIMITED);
      writeVarint(out, bytes.length);
      out.push(...bytes);
      // Also turns down NaN and negative numbers, which no field of ours has, and what has more digits than a number can.
    } else if ((field as number) >= 1 && (field as number) < 1e15) {
      writeVarint(out, tag | VARINT);
      writeVarint(out, field as number);
    }
  };
  fields.forEach((field, index) => write((index + 1) << 3, field));
  return new Uint8Array(out);
}

/** Zigzag coding of a signed integer, rounded, to be given as a number field. */
export function sint(value: number): number {
  const rounded = Math.round(value);
  return rounded < 0 ? -2 * rounded - 1 : 2 * rounded;
}

/** A repeated field of unsigned integers, as proto3 packs it. */
export function packed(values: readonly number[]): Uint8Array {
  const out: number[] = [];
  values.forEach((value) => writeVarint(out, value));
  return new Uint8Array(out);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

// Arithmetic, not shifts: Unix milliseconds have more than 32 bits.
function writeVarint(out: number[], value: number): void {
  for (; value >= 128; value /= 128) out.push((value % 128) | 128);
  out.push(value | 0);
}
