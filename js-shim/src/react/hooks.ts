// Hooks that read the page's state, and hooks that tell the agent something.
import { useCallback, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Journey } from "../journey.ts";
import type { Score, Vitals } from "../reading.ts";
import { command, withAgent } from "./agent.ts";
import {
  INITIAL,
  snapshot,
  subscribe,
  type Bundle,
  type Memory,
  type Route,
  type State,
} from "./store.ts";

/** The whole state. */
export function usePaceline(): State {
  return useSyncExternalStore(subscribe, snapshot, () => INITIAL);
}

/** One part of it: renders only when that part changes. */
function usePart<Key extends keyof State>(key: Key): State[Key] {
  return useSyncExternalStore(
    subscribe,
    () => snapshot()[key],
    () => INITIAL[key],
  );
}

/** The page view's vitals as they are now, by name. Empty before the agent is there, and where WebAssembly may not run. */
export function usePacelineVitals(): Vitals {
  return usePart("vitals");
}

/** The page view's score, 0 to 100, and its parts. */
export function usePacelineScore(): Score | undefined {
  return usePart("score");
}

/** Where the page is, and where it was before. */
export function usePacelineRoute(): Route {
  return usePart("route");
}

/** The heap, where the browser tells. */
export function usePacelineMemory(): Memory | undefined {
  return usePart("memory");
}

/** Scripts and styles that the page has loaded. */
export function usePacelineBundle(): Bundle {
  return usePart("bundle");
}

/** Tells of every render of the component that calls it: from the call until React has changed the document. */
export function usePacelineRender(component: string): void {
  const begun = typeof performance === "undefined" ? 0 : performance.now();
  const isUpdate = useRef(false);
  useLayoutEffect(() => {
    const wasUpdate = isUpdate.current;
    isUpdate.current = true;
    const duration = performance.now() - begun;
    withAgent((agent) => agent.render(component, wasUpdate, duration, duration, begun));
    return undefined;
  });
}

/**
 * Wraps an event handler: the time from its call to the next paint is told as the metric `name`. What the handler
 * returns or throws stays the same.
 */
export function usePacelineInteraction<Args extends unknown[], Result>(
  name: string,
  handler: (...args: Args) => Result,
): (...args: Args) => Result {
  const current = useRef(handler);
  useLayoutEffect(() => {
    current.current = handler;
  });
  return useCallback(
    (...args: Args) => {
      const begun = performance.now();
      try {
        return current.current(...args);
      } finally {
        afterPaint(() => {
          const ms = Math.round((performance.now() - begun) * 10) / 10;
          command("metric", name, ms, { unit: "ms", source: "browser", kind: "interaction" });
        });
      }
    },
    [name],
  );
}

function afterPaint(callback: () => void): void {
  requestAnimationFrame(() => setTimeout(callback));
}

/** The calls of one journey. The same object on every render. */
export function usePacelineJourney(name: string): Journey {
  return useMemo(() => {
    const tell = (kind: string, step = "", reason?: string): void =>
      command("journey", name, kind, step, ...(reason ? [{ reason }] : []));
    return {
      start: () => tell("start"),
      stepStart: (step) => tell("stepStart", step),
      stepComplete: (step) => tell("stepComplete", step),
      stepFail: (step, reason) => tell("stepFail", step, reason),
      complete: () => tell("complete"),
      abandon: (reason) => tell("abandon", "", reason),
    };
  }, [name]);
}
