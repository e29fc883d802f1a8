// C7: what the page times itself: elements, marks and measures; and what kept its main thread busy.
import { EntryKind } from "../entry-batch.ts";
import { selectorOf } from "../selector.ts";
import { units } from "../time.ts";
import { scrubText } from "../text-scrub.ts";
import { resourceOf } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { observe } from "./shared.ts";

const MAX_ELEMENTS = 50;
const MAX_LONG_TASKS = 200;
const MAX_USER_TIMINGS = 100;
// A framework that marks every render of every component leaves room for what the site itself wants to know.
const MAX_OF_ONE_NAME = 5;

// Neither is in TypeScript's DOM library: https://wicg.github.io/element-timing/, https://w3c.github.io/longtasks/
interface ElementTimingEntry extends PerformanceEntry {
  readonly renderTime: number;
  readonly loadTime: number;
  readonly identifier: string;
  readonly element: Element | null;
  readonly url: string;
  readonly naturalWidth: number;
  readonly naturalHeight: number;
}
interface LongTaskEntry extends PerformanceEntry {
  readonly attribution: readonly {
    readonly containerSrc: string;
    readonly containerName: string;
  }[];
}

export function followTimings(host: FeatureHost): void {
  const { timeline } = host;
  observe(host, "element", EntryKind.elementTiming, MAX_ELEMENTS, (entry: ElementTimingEntry) => [
    scrubText(entry.identifier),
    selectorOf(entry.element),
    resourceOf(entry.url),
    timeline.at(entry.loadTime),
    entry.naturalWidth,
    entry.naturalHeight,
  ]);

  observe(host, "longtask", EntryKind.longTask, MAX_LONG_TASKS, (entry: LongTaskEntry) => {
    const { containerSrc = "", containerName = "" } = entry.attribution[0] ?? {};
    return [
      units(entry.duration),
      entry.name,
      containerSrc ? resourceOf(containerSrc) : scrubText(containerName),
    ];
  });

  let seen = new Map<string, number>();
  host.onPageView(() => {
    seen = new Map();
  });
  for (const type of ["mark", "measure"]) {
    const kind = EntryKind.userTiming;
    observe(host, type, kind, MAX_USER_TIMINGS, (entry: PerformanceMeasure, room) => {
      // Tracks for a browser's developer tools are not the site's own timings.
      const { devtools } = Object(entry.detail) as { readonly devtools?: unknown };
      const name = scrubText(entry.name);
      const count = seen.get(type + name) ?? 0;
      if (devtools) return undefined;
      // With so many names there is no room for another.
      if (seen.size < 2 * MAX_USER_TIMINGS) seen.set(type + name, count + 1);
      if (count >= MAX_OF_ONE_NAME) return void room.drop(1);
      return [name, units(entry.duration), type === "measure"];
    });
  }
}
