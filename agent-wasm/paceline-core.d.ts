// Types of paceline-core.mjs: core/ as WebAssembly. One PageMonitor per instance; see core/page_monitor.h.

/** What consume() answers. 0: ok, 1: malformed, 2: of another document, 3: too many entries. ConsumeStatus of core/page_monitor.h. */
export type ConsumeStatus = 0 | 1 | 2 | 3;

export interface PacelineCore {
  /** The module's memory as it is now. It may grow with every call, and is another one then: read it anew. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  /** Address of an input buffer of at least `size` bytes. Read it anew for every batch. */
  reserve(size: number): number;
  /** Consumes the EntryBatch in the first `length` bytes of the input buffer. */
  consume(length: number): ConsumeStatus;
  /** Bits 0 to 15: events that wait (saturating); 16: poor vital; 17: keep, should it be unsampled. */
  pending(): number;
  /**
   * Writes a Beacon of what waits, at most 1,000 events, to the output buffer, packed (core/wire/pack.h), and gives its
   * length in bytes; 0 when there is nothing to say.
   */
  flush(sequence: number, sentUnixMs: number, coversEntriesBefore: number): number;
  /**
   * Takes back what the last flush() said: the next one says it again. 0, and nothing happens, when anything was consumed or
   * taken back since; else 1.
   */
  rollback(): number;
  /**
   * Present value of a vital of the page view that goes on, by the number of its Metric: in milliseconds, CLS as it is; -1
   * when it has none.
   */
  reading(metric: number): number;
  /** Address of the output buffer, valid until the next call. */
  output(): number;
}

export interface PacelineCoreOptions {
  /** Instantiates paceline-core.wasm with `imports` and hands the instance on, or never does. */
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource) => void,
  ) => unknown;
}

declare const createPacelineCore: (options: PacelineCoreOptions) => Promise<PacelineCore>;
export default createPacelineCore;
