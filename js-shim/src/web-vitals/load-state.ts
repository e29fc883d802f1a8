import { vitalsCore } from "./core.ts";
import { navigationTiming } from "./page.ts";
import type { LoadState } from "./types.ts";

/** By the number of paceline.v1.LoadState. */
const LOAD_STATES: readonly LoadState[] = [
  "complete",
  "loading",
  "dom-interactive",
  "dom-content-loaded",
  "complete",
];

/** How far the document had come at a time that has passed. */
export function loadStateAt(time: number): LoadState {
  if (document.readyState === "loading") return "loading";
  const navigation = navigationTiming();
  const state = vitalsCore().load_state(
    time,
    !!navigation,
    navigation?.domInteractive ?? 0,
    navigation?.domContentLoadedEventStart ?? 0,
    navigation?.domComplete ?? 0,
  );
  return LOAD_STATES[state] ?? "complete";
}
