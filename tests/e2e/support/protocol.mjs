// The schema for tests: decodes what the agent sends with the real protobuf library, from the .proto files themselves.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { inRepository } from "./paths.mjs";
import { plainBody } from "./unpack.mjs";

const FILES = ["entry", "beacon", "ingest", "query", "record"];

/** @type {import('@bufbuild/protobuf').FileRegistry | undefined} */
let registry;

function load() {
  if (registry) return registry;
  const folder = mkdtempSync(join(tmpdir(), "paceline-schema-"));
  try {
    const output = join(folder, "schema.binpb");
    execFileSync("protoc", [
      `--proto_path=${inRepository("proto")}`,
      "--include_imports",
      `--descriptor_set_out=${output}`,
      ...FILES.map((name) => `paceline/v1/${name}.proto`),
    ]);
    registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(output)));
    return registry;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name message in paceline.v1, for example "EntryBatch"
 * @returns {import('@bufbuild/protobuf').DescMessage}
 */
export function messageSchema(name) {
  const schema = load().getMessage(`paceline.v1.${name}`);
  if (!schema) throw new Error(`no message paceline.v1.${name}`);
  return schema;
}

/** @param {Uint8Array} bytes */
export function decode(name, bytes) {
  return /** @type {any} */ (fromBinary(messageSchema(name), bytes));
}

/** @param {Uint8Array} bytes */
export const decodeEntryBatch = (bytes) => decode("EntryBatch", bytes);

/** @param {Uint8Array} bytes plain, or as the agent packs them */
export const decodeBeacon = (bytes) => decode("Beacon", plainBody(bytes));

/** The library's own encoding of a decoded message. */
export function encode(name, message) {
  return toBinary(messageSchema(name), message);
}
