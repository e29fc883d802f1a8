// Set by build.mjs: names of files beside the script, with a hash of their content.

/** "paceline-engine-<hash>.js" */
declare const ENGINE_FILE: string;
/** "./" and the same */
declare const ENGINE_MODULE: string;
/** "./paceline-gtag-<hash>.js" */
declare const GTAG_MODULE: string;
/** "paceline-core-<hash>.wasm" */
declare const WASM_FILE: string;

// core/ as built into build/wasm/bin; see agent-wasm/paceline-core.d.ts.
declare module "paceline-core" {
  export interface Core {
    readonly HEAPU8: Uint8Array;
    reserve(size: number): number;
    consume(length: number): number;
    pending(): number;
    flush(sequence: number, sentUnixMs: number, coversEntriesBefore: number): number;
    rollback(): number;
    output(): number;
    /** Negative: not known. */
    reading(metric: number): number;
  }
  export interface CoreOptions {
    /** Or never calls `receive`. */
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (source: WebAssembly.WebAssemblyInstantiatedSource) => void,
    ): void;
  }
  export default function createCore(options: CoreOptions): Promise<Core>;
}
