import type { NavigationEntry } from "../page-views.ts";

/** Also of a page from WebKit's cache, which has no times of its own there: navigationEntry() leaves it out. */
export function loadEntry(): NavigationEntry | undefined {
  return performance.getEntriesByType("navigation")[0] as NavigationEntry | undefined;
}

/** The address that was loaded: routers may have changed the present one since. */
export function loadedUrl(): URL {
  const name = loadEntry()?.name ?? "";
  // Some browsers have called every navigation "document".
  return new URL(name.startsWith("http") ? name : location.href);
}
