// C11: from one whole page to the next one's load. The page that is left notes itself and the time for the next page of
// its tab; nothing is noted where nothing may be stored.
import { EntryKind } from "../entry-batch.ts";
import { keyOf } from "../session.ts";
import { units } from "../time.ts";
import { safely, scrubUrl } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { loadEntry } from "./loaded-url.ts";
import { listen } from "./shared.ts";

/** Transition.Kind of paceline.v1. */
const KIND_PAGE = 4;

// The old page is hidden when the new one's first bytes are there, after the navigation began. When it was hidden this
// long before that, the visitor has been somewhere else.
const MAX_ABSENCE_MS = 5000;

const STORAGE_DELAY_MS = 100;

export function followPageTransitions(host: FeatureHost): void {
  if (!host.useStorage) return;
  const key = `${keyOf(host.options.site)}.left`;

  // The note of this page itself, which it may see when it is restored: no other's.
  let own = "";

  /** Leaves a note for the next page, or none, and gives the one that was there. */
  const note = (text: string): string =>
    safely(() => {
      const before = sessionStorage.getItem(key);
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
      return before ?? "";
    });

  /** `began` and `ended`: of the new page, in its own time. One that was prerendered, or kept, has ended before it began. */
  const arrive = (began: number, ended: number): void => {
    const found = note("");
    const [from = "", leftAt] = found.split(" ");
    const left = Number(leftAt) - performance.timeOrigin;
    if (found === own || left < began - MAX_ABSENCE_MS) return;
    // Leaving begins with the click, while the old page can still be seen.
    const start = Math.min(left, began);
    host.record(
      EntryKind.transition,
      Math.max(start, 0),
      units(Math.max(began, ended) - start),
      KIND_PAGE,
      from,
      scrubUrl(location.pathname),
    );
  };

  whenLoaded(
    host.guard(() => {
      const entry = loadEntry();
      // A prerendered page was navigated to when it was activated.
      if (entry) arrive(entry.activationStart || 0, entry.loadEventEnd);
    }),
  );
  listen(host, window, "pageshow", (event) => {
    const { persisted, timeStamp } = event as PageTransitionEvent;
    // What the page before has stored reaches a page that was kept only after a while.
    if (persisted) setTimeout(host.guard(arrive), STORAGE_DELAY_MS, timeStamp, 0);
  });
  listen(host, window, "pagehide", () => {
    // A space in a path is %20.
    own = `${scrubUrl(location.pathname)} ${Date.now()}`;
    note(own);
  });
  host.onStop(() => note(""));
}

/** Calls back in a task of its own after the load event, when that is complete. */
function whenLoaded(callback: () => void): void {
  const queue = (): unknown => setTimeout(callback);
  if (document.readyState === "complete") queue();
  else addEventListener("load", queue);
}
