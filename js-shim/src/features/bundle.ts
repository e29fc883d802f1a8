// C19: what the page's scripts, styles, images and fonts weigh.
import { EntryKind } from "../entry-batch.ts";
import type { FeatureHost } from "./host.ts";
import { ResourceType } from "./resource-type.ts";

/** Counts a resource towards its page view. */
export type BundleScale = (
  type: ResourceType,
  isThirdParty: boolean,
  entry: PerformanceResourceTiming,
) => void;

/**
 * Sums sizes up from page view to page view. Told once the load is complete, and when the page is hidden, if there is
 * more by then. Scripts and styles count decoded, which is what a browser has to work through; everything else encoded.
 */
export function createBundle(host: FeatureHost): BundleScale {
  const { record, timeline } = host;
  // The fields of paceline.v1.Bundle: script, third-party script, style and third-party style bytes; scripts, styles;
  // image, font and total bytes; images, fonts, resources.
  let sums: number[] = [];
  let lastEnd = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lastEnd) record(EntryKind.bundle, [timeline.at(lastEnd), ...sums]);
    lastEnd = 0;
  };
  host.onPageView(() => {
    tell();
    sums = Array<number>(12).fill(0);
  });
  host.onHidden(tell);
  host.onStop(() => clearTimeout(timer));
  let hasTold = false;
  return (type, isThirdParty, { decodedBodySize, encodedBodySize, responseEnd }) => {
    const add = (index: number, amount: number): void => {
      sums[index] = (sums[index] ?? 0) + amount;
    };
    if (type <= ResourceType.stylesheet) {
      add(2 * type - 2 + Number(isThirdParty), decodedBodySize);
      add(3 + type, 1);
    } else if (type <= ResourceType.font) {
      add(3 + type, encodedBodySize);
      add(6 + type, 1);
    }
    add(8, encodedBodySize);
    add(11, 1);
    lastEnd = Math.max(lastEnd, responseEnd);
    // The features start after the load: what was there before them comes in one go.
    if (!hasTold) timer = setTimeout(host.guard(tell));
    hasTold = true;
  };
}
