// Where one is, kept in the URL's hash: #/sessions/0a1b…?site=academy&range=1h. A link shows the same to everyone.
import { useEffect, useState } from "preact/hooks";
import type { Rating } from "../api/types";
import { defaultRangeKey, ranges } from "./ranges";
import { vitals } from "../format/vitals";

export type ViewName = "overview" | "pages" | "sessions" | "journey";

export interface Route {
  readonly view: ViewName;
  /** Only for the journey. */
  readonly sessionId: string;
  /** "" until the sites are known: then the first. */
  readonly site: string;
  readonly range: string;
  /** "" for all pages. */
  readonly pageGroup: string;
  /** The vital of the large chart, as in "lcp". */
  readonly vital: string;
  readonly rating: Rating;
  readonly rageClicks: boolean;
}

const home: Route = {
  view: "overview",
  sessionId: "",
  site: "",
  range: defaultRangeKey,
  pageGroup: "",
  vital: "lcp",
  rating: "RATING_UNSPECIFIED",
  rageClicks: false,
};

const ratingWords: ReadonlyMap<string, Rating> = new Map([
  ["good", "RATING_GOOD"],
  ["needs-improvement", "RATING_NEEDS_IMPROVEMENT"],
  ["poor", "RATING_POOR"],
]);

/** Reads a hash. What it does not know gets its default, so that any hash shows something. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [first = "", second = ""] = path.split("/");
  const parameters = new URLSearchParams(query);
  const isJourney = first === "sessions" && /^[0-9a-f]{32}$/.test(second);
  const view: ViewName = isJourney
    ? "journey"
    : first === "pages" || first === "sessions"
      ? first
      : "overview";
  const range = parameters.get("range") ?? "";
  const vital = parameters.get("vital") ?? "";
  return {
    view,
    sessionId: isJourney ? second : "",
    site: parameters.get("site") ?? "",
    range: ranges.some((known) => known.key === range) ? range : home.range,
    pageGroup: parameters.get("page") ?? "",
    vital: vitals.some((known) => known.short.toLowerCase() === vital) ? vital : home.vital,
    rating: ratingWords.get(parameters.get("rating") ?? "") ?? home.rating,
    rageClicks: parameters.get("rage") === "1",
  };
}

/** The hash of a route; defaults are left out. */
export function formatRoute(route: Route): string {
  const parameters = new URLSearchParams();
  if (route.site !== "") parameters.set("site", route.site);
  if (route.range !== home.range) parameters.set("range", route.range);
  if (route.pageGroup !== "") parameters.set("page", route.pageGroup);
  if (route.vital !== home.vital) parameters.set("vital", route.vital);
  for (const [word, rating] of ratingWords)
    if (route.rating === rating) parameters.set("rating", word);
  if (route.rageClicks) parameters.set("rage", "1");
  const path = route.view === "journey" ? `sessions/${route.sessionId}` : route.view;
  const query = parameters.toString();
  return query === "" ? `#/${path}` : `#/${path}?${query}`;
}

/** Changes the route. `replace` leaves no step in the browser's history. */
export function goTo(route: Route, replace = false): void {
  const hash = formatRoute(route);
  if (hash === location.hash) return;
  if (replace) {
    history.replaceState(null, "", hash);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = hash;
  }
}

/** The current route; the component is drawn again when it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = (): void => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return route;
}
