// C24: times a function or a promise, and tells it as a metric. What comes of it is what the function gave.

import type { Timed } from "../reading.ts";

export type MetricCall = (name: string, value: number, attributes: object) => void;

/** `metric` is called with milliseconds, `attributes`, and `failed` where the work failed. It throws nothing. */
export function createTimed(metric: MetricCall): Timed {
  return <Result>(name: string, work: (() => Result) | Result, attributes = {}): Result => {
    const begun = performance.now();
    const onEnd = (failed?: boolean): void => {
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      metric(name, ms, { unit: "ms", source: "browser", ...attributes, ...(failed && { failed }) });
    };

    const isFunction = typeof work === "function";
    let result: unknown = work;
    if (isFunction) {
      try {
        result = (work as () => Result)();
      } catch (error) {
        onEnd(true);
        throw error;
      }
    }
    const promise = result as Promise<unknown>;
    if (typeof promise?.then !== "function") onEnd();
    else {
      const watched = promise.then(
        (value) => {
          onEnd();
          return value;
        },
        (error: unknown) => {
          onEnd(true);
          // Only where that is handed on: a rejection that nobody handles is to be told once.
          if (isHandedOn) throw error;
        },
      );
      // A function's plain promise has nothing that its successor lacks. Another object stays the same.
      const isHandedOn = isFunction && promise.constructor === Promise;
      if (isHandedOn) result = watched;
    }
    return result as Result;
  };
}
