// The latest resources: the browser's own buffer keeps the first 250 only.
import { observe } from "./observe.ts";

const DEFAULT_SIZE = 50;

let size = DEFAULT_SIZE;
let latest: PerformanceResourceTiming[] = [];

export const latestResources = (): readonly PerformanceResourceTiming[] => latest;

export function keepResources(newSize: number): void {
  size = newSize;
}

// From when the module is there: later, the browser may have passed over some.
if (typeof document !== "undefined") {
  observe(["resource"], (entries) => {
    latest = size > 0 ? [...latest, ...entries].slice(-size) : [];
  });
}
