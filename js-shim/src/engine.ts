// The lazy part: core/ as WebAssembly, behind the agent's own few words. Loaded when the page is idle.
import createCore, { type Core } from "paceline-core";

/** core/page_monitor.h for one document. */
export interface Engine {
  /** Takes one encoded EntryBatch. False when it was refused, as a whole. */
  consume(entryBatch: Uint8Array): boolean;
  /** What waits to be flushed. */
  pending(): PendingWork;
  /** One encoded Beacon with everything since the last one; nothing when there is nothing to say. */
  flush: Flush;
  /** Takes back the last Beacon, which has not left: what it said is to be said again. Before anything is consumed. */
  rollback(): void;
  /** The present value of the Metric of that number; in ms, but CLS as it is. Nothing where it is not known. */
  reading(metric: number): number | undefined;
}

export type Flush = (
  sequence: number,
  sentUnixMs: number,
  coversEntriesBefore: number,
) => Uint8Array<ArrayBuffer> | undefined;

export interface PendingWork {
  readonly events: number;
  /** A vital has become poor since the last flush. */
  readonly isPoor: boolean;
  /** The session turned out worth keeping, should it not be in the base sample. */
  readonly keepUnsampled: boolean;
}

const POOR_VITAL = 1 << 16;
const KEEP_UNSAMPLED = 1 << 17;

/** Fetches and starts the module. Rejects where WebAssembly is missing, blocked by the page's policy, or unreachable. */
export async function loadEngine(): Promise<Engine> {
  // A policy without 'wasm-unsafe-eval' refuses even the smallest module; then nothing has to be downloaded.
  await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const response = await fetch(new URL(WASM_FILE, import.meta.url), { credentials: "omit" });
  // Not while it streams: that wants exactly one content type, which some proxies and hosts do not give.
  const bytes = await response.arrayBuffer();
  const core = await new Promise<Core>((resolve, reject) => {
    createCore({
      // When it fails, the glue waits for ever.
      instantiateWasm: (imports, receive) =>
        void WebAssembly.instantiate(bytes, imports).then(receive, reject),
    }).then(resolve, reject);
  });
  return {
    consume(entryBatch) {
      const input = core.reserve(entryBatch.length);
      core.HEAPU8.set(entryBatch, input);
      return !core.consume(entryBatch.length);
    },
    pending() {
      const bits = core.pending();
      return {
        events: bits & 0xffff,
        isPoor: !!(bits & POOR_VITAL),
        keepUnsampled: !!(bits & KEEP_UNSAMPLED),
      };
    },
    flush(...header) {
      const length = core.flush(...header);
      const start = core.output();
      return length ? core.HEAPU8.slice(start, start + length) : undefined;
    },
    rollback: () => void core.rollback(),
    reading(metric) {
      const value = core.reading(metric);
      return value < 0 ? undefined : value;
    },
  };
}
