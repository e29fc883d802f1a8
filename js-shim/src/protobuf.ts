// A protobuf writer. It writes fields in their order and leaves defaults out, so its bytes equal those of a canonical
// encoder.

/**
 * A field's value. Numbers are unsigned integers (see `sint` for signed ones), Uint8Array is bytes or a message, a
 * Float64Array of one element is a double, arrays are repeated fields (see `packed` for those of numbers).
 */
export type Field =
  number | boolean | string | Uint8Array | Float64Array | readonly Field[] | undefined;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

const utf8 = new TextEncoder();

/** Encodes a message; the field at index i has number i + 1. Holes and `undefined` are absent fields. */
export function message(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  fields.forEach((field, index) => writeField(out, (index + 1) << 3, field, false));
  return Uint8Array.from(out);
}

/** Zigzag coding of a signed integer, to be given as a number field. */
export function sint(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** A repeated field of unsigned integers, as proto3 packs it. */
export function packed(values: readonly number[]): Field {
  const out: number[] = [];
  for (const value of values) writeVarint(out, value);
  return out.length ? Uint8Array.from(out) : undefined;
}

function writeField(out: number[], tag: number, field: Field, isElement: boolean): void {
  if (Array.isArray(field)) {
    for (const element of field as readonly Field[]) writeField(out, tag, element, true);
  } else if (typeof field === "number" || typeof field === "boolean") {
    // Also turns down NaN and negative numbers, which no field of ours has.
    if (!(Number(field) >= 1) && !isElement) return;
    writeVarint(out, tag | VARINT);
    writeVarint(out, Number(field));
  } else if (field instanceof Float64Array) {
    if (field[0]) out.push(tag | FIXED64, ...new Uint8Array(field.buffer));
  } else if (field !== undefined) {
    const isText = typeof field === "string";
    if (isText && !field && !isElement) return;
    const bytes = isText ? utf8.encode(field) : (field as Uint8Array);
    writeVarint(out, tag | LENGTH_DELIMITED);
    writeVarint(out, bytes.length);
    for (const byte of bytes) out.push(byte);
  }
}

// Arithmetic, not shifts: Unix milliseconds have more than 32 bits.
function writeVarint(out: number[], value: number): void {
  let rest = Math.floor(value);
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
}
