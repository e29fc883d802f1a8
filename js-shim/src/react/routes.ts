// Where a router knows the pattern of a page's address, which is the best name for all the pages that it stands for.
import { useLayoutEffect } from "react";
import { safely } from "../url-scrub.ts";
import { command } from "./agent.ts";

/** What a router says of an address: by name, the part of it, or the parts where there may be several. */
export type RouteParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The page's group while the component is there; the collector's own grouping where it is empty. */
export function usePacelinePageGroup(group: string): void {
  useLayoutEffect(() => {
    if (!group) return undefined;
    command("context", { pageGroup: group });
    return () => command("context", { pageGroup: "" });
  }, [group]);
}

/**
 * The pattern of an address: `/courses/:id` of `/courses/first-marathon` with `{ id: "first-marathon" }`. Takes what
 * useLocation().pathname and useParams() of React Router say, or usePathname() and useParams() of Next.js.
 */
export function routePattern(pathname: string, params: RouteParams | null): string {
  const parts = pathname.split("/");
  const plain = parts.map(decoded);
  // From the end: what is fixed stands rather before what varies.
  for (const [name, value] of Object.entries(params ?? {}).reverse()) {
    const values = (typeof value === "string" ? value.split("/") : (value ?? [])).map(decoded);
    const at = lastIndexOf(plain, values);
    if (at < 0) continue;
    const isAny = name === "*" || typeof value !== "string";
    plain.splice(at, values.length, "");
    parts.splice(at, values.length, isAny ? "*" : `:${name}`);
  }
  return parts.join("/");
}

function lastIndexOf(parts: readonly string[], values: readonly string[]): number {
  let at = values[0] ? parts.length - values.length : -1;
  while (at >= 0 && !values.every((value, index) => parts[at + index] === value)) --at;
  return at;
}

// Routers differ in whether they decode.
function decoded(part: string): string {
  return safely(() => decodeURIComponent(part)) || part;
}
