// C12: how much memory the page's scripts use, where the browser tells. Chromium does, in coarse steps that change slowly
// unless the page is cross-origin isolated. What it means (near the limit, a likely leak) is for core/ to say.
import { EntryKind } from "../entry-batch.ts";
import { isHidden } from "../page-views.ts";
import type { FeatureHost } from "./host.ts";

const INTERVAL_MS = 30_000;

interface MemoryInfo {
  readonly usedJSHeapSize: number;
  readonly totalJSHeapSize: number;
  readonly jsHeapSizeLimit: number;
}

export function followMemory(host: FeatureHost): void {
  const sample = host.guard(() => {
    const { memory } = performance as Performance & { readonly memory?: MemoryInfo };
    // A hidden page gains nothing, and must not be kept awake.
    if (!memory || isHidden()) return;
    host.record(
      EntryKind.memorySample,
      performance.now(),
      memory.usedJSHeapSize / 1024,
      memory.totalJSHeapSize / 1024,
      memory.jsHeapSizeLimit / 1024,
    );
  });
  sample();
  const timer = setInterval(sample, INTERVAL_MS);
  host.onStop(() => clearInterval(timer));
}
