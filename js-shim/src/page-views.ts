// Page views and their visibility: the load, back/forward-cache restores, hiding and showing.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { unmeasurableMetrics } from "./observe.ts";
import { units } from "./time.ts";
import { referrerOf, scrubUrl } from "./url-scrub.ts";

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

// Fields 1 to 11 of paceline.v1.Entry.Navigation.
const NAVIGATION_TIMES = [
  "responseStart",
  "workerStart",
  "fetchStart",
  "domainLookupStart",
  "domainLookupEnd",
  "connectStart",
  "connectEnd",
  "requestStart",
  "responseEnd",
  "domContentLoadedEventEnd",
  "loadEventEnd",
] as const;

/** Records the page view that is going on, and follows what happens to it. */
export function followPageViews(agent: Agent): void {
  const { guard, recorder } = agent;
  const { ref, timeline, record } = recorder;

  agent.beginPageView = (type, start, ...load) => {
    timeline.startAt(start);
    agent.errorsSeen = [];
    const path = scrubUrl(location.pathname);
    const [referrer = 0, activation = 0, hidden = 0] = load;
    record(EntryKind.pageViewStart, [
      timeline.at(start),
      type,
      ref(path),
      referrer,
      activation,
      hidden,
      load.length ? 0 : performance.interactionCount,
      unmeasurableMetrics(),
    ]);
    agent.onPageView(path);
  };

  const navigation = navigationEntry();
  const start = navigation?.activationStart ?? 0;
  agent.beginPageView(
    navigationTypeOf(navigation),
    start,
    document.referrer ? ref(referrerOf(document.referrer)) : 0,
    units(start),
    firstHiddenPlusOne(start),
  );

  // Once the times of the load are complete, or when the page is hidden before that.
  let hasNavigation = false;
  const recordNavigation = guard(() => {
    const entry = navigationEntry();
    if (!entry || hasNavigation) return;
    hasNavigation = true;
    const times = NAVIGATION_TIMES.map((name) => timeline.at(entry[name]));
    record(EntryKind.navigation, [...times, entry.transferSize]);
  });
  whenLoaded(recordNavigation);

  const onVisibilityChange = guard((event: Event) => {
    agent.drain();
    const isHidden = document.visibilityState === "hidden";
    if (isHidden) recordNavigation();
    record(EntryKind.visibilityChange, [timeline.at(event.timeStamp), isHidden]);
    if (isHidden) agent.onHidden();
    else agent.onVisible();
  });
  addEventListener("visibilitychange", onVisibilityChange, true);
  // A page that is closed in the background has no visibility left to change.
  const onPageHide = guard(() => {
    if (document.visibilityState === "hidden") agent.onHidden();
  });
  addEventListener("pagehide", onPageHide, true);

  const onPageShow = guard((event: PageTransitionEvent) => {
    if (!event.persisted) return;
    agent.drain();
    agent.beginPageView(NavigationType.backForwardCache, event.timeStamp);
    agent.onVisible();
    // The first frame after a restore may still show the old page.
    const onPainted = guard(() =>
      record(EntryKind.paint, [PAINT_KIND_RESTORED, timeline.at(performance.now())]),
    );
    requestAnimationFrame(() => requestAnimationFrame(onPainted));
  });
  addEventListener("pageshow", onPageShow, true);
}

/** Calls back once the page is no prerendered one any more; nobody has viewed it before that. */
export function whenActivated(callback: () => void): void {
  if ((document as Document & { readonly prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", callback, { once: true });
  } else {
    callback();
  }
}

/** Calls back in a task of its own after the load event, when that is complete. */
export function whenLoaded(callback: () => void): void {
  const queue = (): unknown => setTimeout(callback);
  if (document.readyState === "complete") queue();
  else addEventListener("load", queue, { once: true, capture: true });
}

type NavigationEntry = PerformanceNavigationTiming & { readonly activationStart?: number };

// Some browsers report no response start, or one in the future; such an entry is of no use.
function navigationEntry(): NavigationEntry | undefined {
  const entry = performance.getEntriesByType("navigation")[0] as NavigationEntry | undefined;
  const isValid = entry && entry.responseStart > 0 && entry.responseStart < performance.now();
  return isValid ? entry : undefined;
}

function navigationTypeOf(navigation: NavigationEntry | undefined): number {
  if (navigation?.activationStart) return NavigationType.prerender;
  if ((document as Document & { readonly wasDiscarded?: boolean }).wasDiscarded)
    return NavigationType.restore;
  if (navigation?.type === "reload") return NavigationType.reload;
  if (navigation?.type === "back_forward") return NavigationType.backForward;
  return NavigationType.navigate;
}

// When the page was first hidden before this script ran. Where the browser keeps no record of it, a page that is hidden
// now counts as hidden from the start.
function firstHiddenPlusOne(activationStart: number): number {
  const hidden = performance
    .getEntriesByType("visibility-state")
    .find(({ name, startTime }) => name === "hidden" && startTime >= activationStart);
  if (hidden) return units(hidden.startTime) + 1;
  return document.visibilityState === "hidden" ? 1 : 0;
}
