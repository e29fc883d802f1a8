// Reads what core/wire/pack.h packs, for what stands in for a collector.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { inRepository } from "./paths.mjs";

const PACKED_MARK = 0x07;

// The one that the core has, out of its source: a string literal in pieces, with octal escapes.
function readDictionary() {
  const source = readFileSync(inRepository("core/wire/pack.cc"), "utf8");
  const pieces = /kDictionary\[\] =([^;]*);/.exec(source)[1].matchAll(/"([^"]*)"/g);
  const bytes = [...pieces].flatMap(([, text]) =>
    [...text.matchAll(/\\(\d{3})|([^])/g)].map(([, octal, character]) =>
      octal ? parseInt(octal, 8) : character.charCodeAt(0),
    ),
  );
  return Buffer.from(bytes);
}

const dictionary = readDictionary();

function unpack(packed) {
  const text = [...dictionary];
  let at = 1;
  const varint = () => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = packed[at++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const copyLiterals = (count) => {
    text.push(...packed.subarray(at, at + count));
    at += count;
  };
  copyLiterals(varint());
  while (at < packed.length) {
    const head = packed[at] | (packed[at + 1] << 8);
    at += 2;
    let length = (head >> 2) & 7;
    if (length === 7) length += varint();
    let literals = head & 3;
    if (literals === 3) literals += varint();
    for (length += 3; length > 0; length--) text.push(text[text.length - (head >> 5)]);
    copyLiterals(literals);
  }
  return Buffer.from(text.slice(dictionary.length));
}

/**
 * The message that a body holds: packed, as gzip, or plain.
 * @param {Uint8Array} body
 * @returns {Uint8Array}
 */
export function plainBody(body) {
  if (body[0] === PACKED_MARK) return unpack(body);
  return body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body;
}
