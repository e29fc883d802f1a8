// C11: routes of single-page applications. A change of the path (not of query or fragment alone) begins a page view, and
// a Transition says how long it took until the new route stood.
import { EntryKind } from "../entry-batch.ts";
import { units } from "../time.ts";
import { scrubUrl } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { loadedUrl } from "./loaded-url.ts";
import { closest } from "./rules.ts";
import { whenSettled, type Settling } from "./settled.ts";
import { listen } from "./shared.ts";
import { TRANSITION_KINDS } from "./transition-kinds.ts";
import { wrap } from "./wrap.ts";

// A router may load a route's data before it changes the address: a link that was clicked this long ago began it.
const MAX_LOADING_MS = 10_000;

/** Follows the Navigation API, or the History API where that is missing. */
export function followRoutes(host: FeatureHost): void {
  // Not scrubbed: ids that are scrubbed alike are two routes. And it may have changed before this code came.
  let path = loadedUrl().pathname;
  let link: { readonly to: string; readonly at: number } | undefined;
  let settling: Settling | undefined;

  const onChange = host.guard((type: string) => {
    const { pathname } = location;
    if (pathname === path) return;
    const from = scrubUrl(path);
    const to = scrubUrl(pathname);
    path = pathname;
    const now = performance.now();
    const isLinks = link?.to === pathname && now - link.at < MAX_LOADING_MS;
    const start = isLinks && link ? link.at : now;
    link = undefined;

    // One that another has replaced before it stood has no duration.
    settling?.end();
    settling = undefined;
    host.beginRoute(now, type);
    // A change from before this code came: nobody knows when it began.
    if (!type) return;
    settling = whenSettled(host, (settled) => {
      settling = undefined;
      const kind = TRANSITION_KINDS.indexOf(type);
      host.record(EntryKind.transition, start, units(settled - start), kind, from, to);
    });
  });
  host.onHidden(() => settling?.look());
  host.onStop(() => settling?.end());

  listen(host, window, "click", (event) => {
    const found = closest(event, "a[href]") as HTMLAnchorElement | undefined;
    if (found?.origin === location.origin) link = { to: found.pathname, at: event.timeStamp };
  });

  const { navigation } = window as Window & { readonly navigation?: EventTarget };
  if (navigation) {
    listen(host, navigation, "currententrychange", (event) => {
      onChange((event as Event & { readonly navigationType?: string }).navigationType ?? "replace");
    });
  } else {
    for (const type of ["push", "replace"]) {
      const name = `${type}State`;
      // Somebody may have put a function of their own before the original, which they have taken before.
      const owner = Object.getOwnPropertyDescriptor(history, name) ? history : History.prototype;
      wrap(host, owner, name, (proceed, args) => {
        const result = proceed(args);
        onChange(type);
        return result;
      });
    }
    listen(host, window, "popstate", () => onChange("traverse"));
  }
  onChange("");
}
