// core/vitals as a module of its own: numbers in, numbers out. See agent-wasm/web-vitals/bindings.cc.
import createJsModule from "paceline-vitals-js";
import wasmBase64 from "paceline-vitals-wasm";

export type Tracker = number;

/** What an event was to the interactions kept. */
export const enum Verdict {
  passedOver,
  begins,
  replaces,
  joins,
}

export interface VitalsCore {
  /** Number `index` of the last answer. */
  answer(index: number): number;
  track(metric: number, reportAllChanges: boolean, value: number): Tracker;
  begin(tracker: Tracker, value: number, interactionCount: number): void;
  /** 0 or the number of the rating. Answers value, delta. */
  report(tracker: Tracker, isTime: boolean): number;
  reach(tracker: Tracker, time: number, origin: number, firstHidden: number): number;
  /** 0: does not count, 1: goes on, 2: begins a window. */
  shift(tracker: Tracker, start: number, score: number, hadRecentInput: boolean): number;
  take_window(tracker: Tracker): number;
  /** Answers the frame's number, the id of the interaction dropped. */
  observe_event(
    tracker: Tracker,
    interactionId: number,
    start: number,
    duration: number,
    processingStart: number,
    processingEnd: number,
  ): Verdict;
  /** Answers the interaction's id or 0. */
  estimate(tracker: Tracker, interactionCount: number, mayBeUnseen: boolean): number;
  add_long_frame(
    tracker: Tracker,
    start: number,
    duration: number,
    styleAndLayoutStart: number,
  ): number;
  add_script(tracker: Tracker, start: number, duration: number, forcedStyleAndLayout: number): void;
  /** Returns the number of long frames. Answers twelve numbers, then the frames'. */
  divide_interaction(tracker: Tracker, start: number, duration: number): number;
  prune(tracker: Tracker): void;
  has_frame(tracker: Tracker, number: number): number;
  has_long_frame(tracker: Tracker, number: number): number;
  count_interaction(id: number): void;
  interaction_count(): number;
  divide_lcp(
    value: number,
    origin: number,
    responseStart: number,
    resourceStart: number,
    requestStart: number,
    responseEnd: number,
  ): void;
  may_have_painted(resourceStart: number, requestStart: number, paint: number): number;
  divide_fcp(value: number, origin: number, responseStart: number): void;
  divide_ttfb(
    value: number,
    origin: number,
    workerStart: number,
    fetchStart: number,
    domainLookupStart: number,
    connectStart: number,
    connectEnd: number,
  ): void;
  load_state(
    at: number,
    isKnown: boolean,
    domInteractive: number,
    domContentLoaded: number,
    domComplete: number,
  ): number;
}

let core: VitalsCore | undefined;

/** Compiles the module at the first call, and has it ready when it returns. */
export function vitalsCore(): VitalsCore {
  return (core ??= instantiate());
}

function instantiate(): VitalsCore {
  try {
    const bytes = Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
    // All that the module asks of its surroundings is an end, when its memory is at an end.
    const ending = { proc_exit: () => undefined };
    const imports = { wasi_snapshot_preview1: ending };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    (exports as { _initialize?: () => void })._initialize?.();
    return exports as unknown as VitalsCore;
  } catch {
    // The page's policy forbids WebAssembly, or the browser has none.
    return createJsModule({}).functions;
  }
}
