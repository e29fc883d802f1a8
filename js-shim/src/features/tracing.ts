// C10: W3C trace context, so that what a server does is found from the page view it was done for.
// https://www.w3.org/TR/trace-context/
import { randomBytes } from "../session.ts";
import { hexOf } from "./hex.ts";
import type { FeatureHost } from "./host.ts";

/** Gives the `traceparent` for a request; empty when the site does not name its origin. */
export function createTracing(host: FeatureHost): (url: URL) => string {
  const origins = String(host.options.traceOrigins ?? "")
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((origin) => new URL(origin, location.href).origin);
  return ({ origin }) =>
    origins.includes(origin) ? `00-${hexOf(randomBytes(16))}-${hexOf(randomBytes(8))}-01` : "";
}

/** The trace's id; none where the text is not as it has to be. */
export function traceIdOf(traceparent: string): Uint8Array | undefined {
  const id = /^..-([\da-f]{32})-/.exec(traceparent)?.[1];
  return id ? Uint8Array.from(id.match(/../g) ?? [], (hex) => parseInt(hex, 16)) : undefined;
}

/**
 * The arguments of a fetch with a `traceparent`, as the page would have written it; its own is left alone. Anything
 * else about the request stays. What is too unusual to copy goes without.
 */
export function traced(
  input: unknown,
  init: RequestInit | undefined,
  traceparent: string,
): { args: unknown[]; traceparent: string } | undefined {
  const own = init ?? {};
  if (Object.getPrototypeOf(own) !== Object.prototype) return undefined;
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(own.headers ?? request?.headers);
  const given = headers.get("traceparent");
  if (given) return { args: [input, init], traceparent: given };
  headers.set("traceparent", traceparent);
  // An init with anything in it takes the referrer from a Request: give it back, unless the page's own init did so.
  const kept =
    request && !Object.keys(own).length
      ? { referrer: request.referrer, referrerPolicy: request.referrerPolicy }
      : {};
  return { args: [input, { ...kept, ...own, headers }], traceparent };
}
