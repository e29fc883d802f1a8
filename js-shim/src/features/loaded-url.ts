/** The address that was loaded: routers may have changed the present one since. */
export function loadedUrl(): URL {
  const name = performance.getEntriesByType("navigation")[0]?.name ?? "";
  // Some browsers have called every navigation "document".
  return new URL(name.startsWith("http") ? name : location.href);
}
