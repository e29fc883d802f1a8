// The document and what happens to it: activation, visibility, restores, idle times.
import type { NavigationTiming } from "./entries.ts";

type DocumentExtensions = Document & {
  readonly prerendering?: boolean;
  readonly wasDiscarded?: boolean;
};

export const isPrerendering = (): boolean => (document as DocumentExtensions).prerendering ?? false;
export const wasDiscarded = (): boolean => (document as DocumentExtensions).wasDiscarded ?? false;

/**
 * The document's navigation, if its response start can be true: some browsers keep it to themselves (0), and some have
 * been seen to give one before the beginning or in the future.
 */
export function navigationTiming(): NavigationTiming | undefined {
  const entry = performance.getEntriesByType("navigation")[0] as NavigationTiming | undefined;
  const isTrue = entry && entry.responseStart > 0 && entry.responseStart < performance.now();
  return isTrue ? entry : undefined;
}

export const activationStart = (): number => navigationTiming()?.activationStart ?? 0;

/** Calls back now, or when the prerendered page is shown. */
export function whenActivated(callback: () => void): void {
  if (isPrerendering()) addEventListener("prerenderingchange", callback, true);
  else callback();
}

let lastRestore = -1;

/** The time stamp of the last restore from the back/forward cache; -1: there was none. */
export const restoredAt = (): number => lastRestore;

export function onRestore(callback: (event: PageTransitionEvent) => void): void {
  addEventListener(
    "pageshow",
    (event) => {
      if (!event.persisted) return;
      lastRestore = event.timeStamp;
      callback(event);
    },
    true,
  );
}

/** Calls back in the frame after the next. */
export function afterTwoFrames(callback: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(() => callback()));
}

let firstHidden: number | undefined;
const hiddenCallbacks = new Set<() => void>();

/** When the page was first hidden since it was loaded, activated or restored; Infinity: never. */
export const firstHiddenTime = (): number => firstHidden ?? Infinity;

export const onHidden = (callback: () => void): void => {
  hiddenCallbacks.add(callback);
};

/** For a soft navigation: begins anew. */
export const forgetHiding = (): void => {
  firstHidden = Infinity;
};

/** Follows the page's visibility from the first call on; what was before is read from the browser's record. */
export function watchVisibility(): void {
  if (firstHidden !== undefined) return;
  const activation = activationStart();
  const recorded = isPrerendering()
    ? undefined
    : performance
        .getEntriesByType("visibility-state")
        .find(({ name, startTime }) => name === "hidden" && startTime >= activation);
  firstHidden = recorded?.startTime ?? hiddenNow();
  addEventListener("visibilitychange", onVisibilityChange, true);
  // A page that is activated in the background was never visible.
  addEventListener("prerenderingchange", onVisibilityChange, true);
  onRestore(() => {
    // Some browsers say only after the event that the page is visible.
    setTimeout(() => {
      firstHidden = hiddenNow();
    });
  });
}

// A prerendered page counts as hidden for the browser, but not for its visitor.
function hiddenNow(): number {
  return document.visibilityState === "hidden" && !isPrerendering() ? 0 : Infinity;
}

function onVisibilityChange(event: Event): void {
  if (document.visibilityState !== "hidden") return;
  const isChange = event.type === "visibilitychange";
  if (isChange) hiddenCallbacks.forEach((callback) => callback());
  if (firstHidden === Infinity) firstHidden = isChange ? event.timeStamp : 0;
}

/** Calls back when the browser has time, within a second; at once when the page is hidden or becomes so. */
export function whenIdleOrHidden(callback: () => void): void {
  if (document.visibilityState === "hidden") return callback();
  let isDone = false;
  const run = (): void => {
    if (isDone) return;
    isDone = true;
    removeEventListener("visibilitychange", run, true);
    callback();
  };
  addEventListener("visibilitychange", run, true);
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run, { timeout: 1000 });
  else setTimeout(run);
}
