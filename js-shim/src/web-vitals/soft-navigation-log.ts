// The latest soft navigations by their number: the browser's own buffer keeps the first 50 only.
import type { SoftNavigation } from "./entries.ts";

// The metric of the one before may still be reported after the next has begun.
const KEPT = 2;

export interface SoftNavigationLog {
  readonly add: (entry: SoftNavigation) => void;
  readonly find: (navigationId: number) => SoftNavigation | undefined;
}

export function createSoftNavigationLog(): SoftNavigationLog {
  let latest: SoftNavigation[] = [];
  return {
    add(entry) {
      if (entry.navigationId) latest = [entry, ...latest].slice(0, KEPT);
    },
    find: (navigationId) => latest.find((entry) => entry.navigationId === navigationId),
  };
}
