import { navigationEntry } from "../page-views.ts";

/** The address that was loaded: routers may have changed the present one since. */
export function loadedUrl(): URL {
  const name = navigationEntry()?.name ?? "";
  // Some browsers have called every navigation "document".
  return new URL(name.startsWith("http") ? name : location.href);
}
