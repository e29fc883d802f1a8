// Bytes over the wire, brotli 11.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { inRepository } from "../../tests/e2e/support/paths.mjs";

/** @param {string | Uint8Array} bytes */
export function brotliBytes(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

/**
 * `total` is what every page loads; `apart` are the files that only some pages ask for.
 * @returns {Promise<{ eager: number, total: number, files: Record<string, number>, apart: Record<string, number> }>}
 */
export async function measureSize() {
  const folder = inRepository("build/agent");
  const names = await readdir(folder);
  const sizesOf = async (pattern) => {
    const sizes = {};
    for (const name of names.filter((one) => pattern.test(one)))
      sizes[name] = brotliBytes(await readFile(join(folder, name)));
    return sizes;
  };
  const files = await sizesOf(/^paceline(-(engine|core)-[\da-f]+)?\.(js|wasm)$/);
  const apart = await sizesOf(/^paceline-gtag-[\da-f]+\.js$/);
  const total = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  return { eager: files["paceline.js"], total, files, apart };
}
