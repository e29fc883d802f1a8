// Bytes over the wire, brotli 11.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { inRepository } from "../../tests/e2e/support/paths.mjs";

/** @param {string | Uint8Array} bytes */
export function brotliBytes(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

/** @returns {Promise<{ eager: number, total: number, files: Record<string, number> }>} */
export async function measureSize() {
  const folder = inRepository("build/agent");
  const names = (await readdir(folder)).filter(
    (name) => name === "paceline.js" || /^paceline-(engine|core)-[\da-f]+\.(js|wasm)$/.test(name),
  );
  const files = {};
  for (const name of names) files[name] = brotliBytes(await readFile(join(folder, name)));
  const total = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  return { eager: files["paceline.js"], total, files };
}
