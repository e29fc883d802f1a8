// core/ as WebAssembly, in this process.
import { readFile } from "node:fs/promises";
import { inRepository } from "./paths.mjs";

/** Another instance of the module. agent-wasm/paceline-core.d.ts has its functions. */
export async function startCore() {
  const { default: createCore } = await import(inRepository("build/wasm/bin/paceline-core.mjs"));
  const bytes = await readFile(inRepository("build/wasm/bin/paceline-core.wasm"));
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports, done) =>
      WebAssembly.instantiate(bytes, imports).then(({ instance }) => done(instance), reject);
    createCore({ instantiateWasm }).then(resolve, reject);
  });
}
