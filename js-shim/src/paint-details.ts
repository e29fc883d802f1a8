// C3: what the first part leaves out of the largest paints: when the image's resource was asked for and had come, and
// whether the page itself took it for its hero image.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import type { Field } from "./protobuf.ts";
import { observeAlso } from "./observe-also.ts";
import { selectorOf } from "./selector.ts";
import { resourceOf } from "./url-scrub.ts";

/** Records largest paints once more, as they were and as they come, with all that is known of them. */
export function followPaints(agent: Agent): void {
  const type = "largest-contentful-paint";
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  observeAlso(agent, type, (entry) => [
    EntryKind.largestContentfulPaint,
    paintFields(agent, entry as LargestContentfulPaint),
  ]);
}

/** The fields of Entry.LargestContentfulPaint. */
export function paintFields(
  { timeline }: Agent,
  paint: LargestContentfulPaint,
  isSoftNavigation = false,
): readonly Field[] {
  const { startTime, renderTime, size, element, url } = paint;
  const painted = isSoftNavigation ? renderTime : startTime;
  const resource = url ? resourceBefore(url, painted) : undefined;
  // What is not known is no number, and left out.
  return [
    timeline.at(painted),
    size,
    selectorOf(element),
    resourceOf(url),
    // Nobody asks for the time of its load.
    0,
    timeline.at(resource?.startTime as number),
    timeline.at(resource?.requestStart as number),
    timeline.at(resource?.responseEnd as number),
    !!url && isHero(element, url),
    isSoftNavigation,
  ];
}

// Of several requests for one address the last that may be what was painted.
function resourceBefore(url: string, painted: number): PerformanceResourceTiming | undefined {
  return (performance.getEntriesByName(url, "resource") as PerformanceResourceTiming[])
    .filter(({ requestStart, startTime }) => (requestStart || startTime) <= painted)
    .at(-1);
}

function isHero(element: Element | null, url: string): boolean {
  const preloads = document.querySelectorAll<HTMLLinkElement>('link[rel="preload"][as="image"]');
  return (
    element?.getAttribute("fetchpriority") === "high" ||
    !!element?.closest("[data-paceline-hero]") ||
    [...preloads].some(({ href }) => href === url)
  );
}
