// C11: the browser's own soft navigations as page views, where the site asks for them: `softNavigations: true`. Routes then
// begin no page views of their own.
import type { Agent } from "../agent.ts";
import { EntryKind } from "../entry-batch.ts";
import { observeAlso } from "../observe-also.ts";
import { paintFields } from "../paint-details.ts";
import { NavigationType } from "../page-views.ts";

// Not in TypeScript's DOM library: https://wicg.github.io/soft-navigations/
interface InteractionContentfulPaint extends PerformanceEntry {
  readonly interactionId: number;
  readonly largestContentfulPaint?: LargestContentfulPaint;
}
interface SoftNavigation extends PerformanceEntry {
  readonly interactionId: number;
  readonly paintTime?: number;
  readonly presentationTime?: number;
  getLargestInteractionContentfulPaint?(): InteractionContentfulPaint | null;
}

/** Paint.Kind of paceline.v1.Entry. */
const PAINT_KIND_FIRST_CONTENTFUL_PAINT = 2;

/** Does nothing where the browser has none, or in a form of before it shipped them. */
export function followSoftNavigations(agent: Agent): void {
  const { softNavigations } = agent.options;
  const { PerformanceSoftNavigation: type } = window as {
    readonly PerformanceSoftNavigation?: { readonly prototype: SoftNavigation };
  };
  if (softNavigations === undefined || String(softNavigations) === "false") return;
  if (!type?.prototype.getLargestInteractionContentfulPaint) return;

  const { beginPageView, record, timeline } = agent;
  agent.beginPageView = (kind, ...rest) => {
    if (kind !== NavigationType.route) beginPageView(kind, ...rest);
  };

  let interactionId = 0;
  const takePaint = (entry?: InteractionContentfulPaint | null): void => {
    const paint = entry?.largestContentfulPaint;
    // Not paints of other interactions than the one that led here.
    if (paint && interactionId && entry.interactionId === interactionId)
      record(EntryKind.largestContentfulPaint, paintFields(agent, paint, true));
  };

  // Later than everything of the page view before that ended before it: one observer has them all.
  observeAlso(agent, "interaction-contentful-paint", (entry) => {
    takePaint(entry as InteractionContentfulPaint);
    return false;
  });
  observeAlso(agent, "soft-navigation", (entry) => {
    const navigation = entry as SoftNavigation;
    const { startTime, paintTime = 0, presentationTime } = navigation;
    interactionId = navigation.interactionId;
    beginPageView(NavigationType.softNavigation, startTime);
    record(EntryKind.paint, [
      PAINT_KIND_FIRST_CONTENTFUL_PAINT,
      timeline.at(presentationTime || paintTime),
    ]);
    takePaint(navigation.getLargestInteractionContentfulPaint?.());
    return false;
  });
}
