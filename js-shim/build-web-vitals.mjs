// Builds the drop-in for the web-vitals library: paceline-web-vitals.esm.js and paceline-web-vitals-attribution.esm.js,
// each with core/vitals inside, as WebAssembly and, for pages that forbid that, as JavaScript.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const FILES = {
  "paceline-web-vitals.esm.js": "src/web-vitals/index.ts",
  "paceline-web-vitals-attribution.esm.js": "src/web-vitals/attribution.ts",
};

/**
 * @param {string} folder where the files go
 * @param {string} wasmFolder build/wasm/bin
 * @param {import("esbuild").BuildOptions} common options of every bundle
 * @returns {Promise<string[]>} the files' names
 */
export async function buildWebVitals(folder, wasmFolder, common) {
  const base64 = (await readFile(join(wasmFolder, "paceline-vitals.wasm"))).toString("base64");
  for (const [name, entryPoint] of Object.entries(FILES)) {
    await build({
      ...common,
      sourcemap: true,
      entryPoints: [entryPoint],
      outfile: join(folder, name),
      format: "esm",
      plugins: [embed(base64)],
      alias: { "paceline-vitals-js": join(wasmFolder, "paceline-vitals-js.mjs") },
    });
  }
  return Object.keys(FILES);
}

/** @returns {import("esbuild").Plugin} */
function embed(base64) {
  const namespace = "embedded";
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^paceline-vitals-wasm$/ }, ({ path }) => ({ path, namespace }));
      onLoad({ filter: /.*/, namespace }, () => ({ contents: base64, loader: "text" }));
    },
  };
}
