// A protobuf writer. It writes fields in their order and leaves defaults out, so its bytes equal those of a canonical
// encoder.

/**
 * A field's value. Numbers are unsigned integers (see `sint` for signed ones), Uint8Array is bytes or a message, a
 * Float64Array of one element is a double. Arrays are repeated fields, but those of numbers (see `packed`), and arrays in
 * them are messages. What a text is, `message` is told. A rectangle is left out: the lazy part puts a message in its place.
 */
export type Field =
  | number
  | boolean
  | string
  | Uint8Array
  | Float64Array
  | DOMRectReadOnly
  | readonly Field[]
  | undefined;

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
  const encode = (tag: number, field: Field): number[] => {
    if (Array.isArray(field))
      return (field as readonly Field[]).flatMap((element) =>
        encode(tag, Array.isArray(element) ? message(element, textField) : element),
      );
    if (typeof field === "string") return field ? encode(tag, textField(field)) : [];
    if (field instanceof Float64Array)
      return field[0] ? [tag | FIXED64, ...new Uint8Array(field.buffer)] : [];
    if ((field as Uint8Array | undefined)?.buffer)
      return [
        ...[tag | LENGTH_DELIMITED, (field as Uint8Array).length].flatMap(varint),
        ...(field as Uint8Array),
      ];
    // Also turns down NaN and negative numbers, which no field of ours has, and what has more digits than a number can.
    return (field as number) >= 1 && (field as number) < 1e15
      ? [tag, field as number].flatMap(varint)
      : [];
  };
  return new Uint8Array(fields.flatMap((field, index) => encode((index + 1) << 3, field)));
}

/** Zigzag coding of a signed integer, rounded, to be given as a number field. */
export function sint(value: number): number {
  const rounded = Math.round(value);
  return rounded < 0 ? -2 * rounded - 1 : 2 * rounded;
}

/** A repeated field of unsigned integers, as proto3 packs it. */
export function packed(values: readonly number[]): Uint8Array {
  return new Uint8Array(values.flatMap(varint));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

// Arithmetic, not shifts: Unix milliseconds have more than 32 bits.
function varint(value: number): number[] {
  return value < 128 ? [value | 0] : [(value % 128) | 128, ...varint(value / 128)];
}
