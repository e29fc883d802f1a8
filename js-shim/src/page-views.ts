// Page views and their visibility: the load, back/forward-cache restores, hiding and showing.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { units } from "./time.ts";
import { resourceOf, scrubUrl } from "./url-scrub.ts";

/** Numbers of paceline.v1.NavigationType. */
export const enum NavigationType {
  navigate = 1,
  reload,
  backForward,
  backForwardCache,
  prerender,
  restore,
  softNavigation,
  route,
}

/** Paint.Kind of paceline.v1.Entry. */
const PAINT_KIND_RESTORED = 3;

/**
 * Follows page views, and what happens to them.
 *
 * @param observe begins to observe, and tells PageViewStart.unmeasurable_metrics
 * @returns what records the load's page view, once: before all else
 */
export function followPageViews(agent: Agent, observe: () => number): () => void {
  const { timeline, record } = agent;
  let unmeasurable = -1;

  agent.beginPageView = (type, start, load = [0, 0, 0, performance.interactionCount]) => {
    timeline.begunMs = start;
    agent.failures = [];
    record(EntryKind.pageViewStart, [
      timeline.at(start),
      type,
      scrubUrl(location.pathname),
      ...load,
      unmeasurable,
    ]);
  };

  agent.listen("visibilitychange pagehide pageshow", (event: PageTransitionEvent) => {
    const { type, timeStamp } = event;
    agent.drain();
    if (type === "visibilitychange")
      record(EntryKind.visibilityChange, [timeline.at(timeStamp), isHidden()]);
    if (type === "pageshow" && event.persisted) {
      agent.beginPageView(NavigationType.backForwardCache, timeStamp);
      // The first frame after a restore may still show the old page.
      requestAnimationFrame(() =>
        requestAnimationFrame(
          agent.guard(() =>
            record(EntryKind.paint, [PAINT_KIND_RESTORED, timeline.at(performance.now())]),
          ),
        ),
      );
    }
    // Also a page that is closed in the background: it has no visibility left to change.
    if (isHidden()) agent.onHidden();
  });

  return () => {
    if (unmeasurable >= 0) return;
    // WebKit tells what it has buffered before `observe` returns, and that is recorded.
    unmeasurable = 0;
    unmeasurable = observe();
    const navigation = navigationEntry();
    const start = navigation?.activationStart || 0;
    // Any other type is that of a navigation.
    const type =
      ["reload", "back_forward"].indexOf(navigation?.type as string) + NavigationType.reload;
    agent.beginPageView(
      start
        ? NavigationType.prerender
        : (document as Document & { readonly wasDiscarded?: boolean }).wasDiscarded
          ? NavigationType.restore
          : type,
      start,
      [resourceOf(document.referrer, true), units(start), firstHiddenPlusOne(start), 0],
    );
    // The lazy part adds the other times.
    if (navigation) record(EntryKind.navigation, [timeline.at(navigation.responseStart)]);
  };
}

export type NavigationEntry = PerformanceNavigationTiming & { readonly activationStart?: number };

/** Some browsers report no response start, or one in the future; such an entry is of no use. */
export function navigationEntry(): NavigationEntry | undefined {
  return (performance.getEntriesByType("navigation") as NavigationEntry[]).find(
    (entry) => entry.responseStart > 0 && entry.responseStart < performance.now(),
  );
}

export function isHidden(): boolean {
  return document.hidden;
}

// When the page was first hidden before this script ran. Where the browser keeps no record of it, a page that is hidden
// now counts as hidden from the start.
function firstHiddenPlusOne(activationStart: number): number | boolean {
  const hidden = performance
    .getEntriesByType("visibility-state")
    .find((state) => state.name === "hidden" && state.startTime >= activationStart);
  return hidden ? units(hidden.startTime) + 1 : isHidden();
}
