// @paceline/agent as an ES module.
import type { LazyPart } from "./agent.ts";
import { apiOf } from "./api.ts";
import { createTimed } from "./features/timed.ts";
import type { Journey } from "./journey.ts";
import type { InitOptions } from "./options.ts";
import type { Score, Summary, Timed, Vitals } from "./reading.ts";

export type * from "./reading.ts";
export type * from "./site-config.ts";
export type { InitOptions, Journey };

/** What tags, metrics and the like may have as values. */
export type Value = string | number | boolean | null | undefined;
export type Attributes = Readonly<Record<string, Value>>;

function call(name: string, ...args: readonly unknown[]): unknown {
  // On a server there is no page to measure.
  if (typeof window === "undefined") return undefined;
  // Replaced by the file's name as a literal, which bundlers follow.
  const loadLazy = () => import(ENGINE_MODULE) as Promise<LazyPart>;
  return apiOf(import.meta.url, loadLazy)[name]?.(...args);
}

/** Starts measuring this page. Calls after the first do nothing. */
export function init(options: InitOptions): void {
  call("init", options);
}

/** A named action, such as the use of a feature. */
export function track(name: string, attributes?: Attributes): void {
  call("track", name, attributes);
}

/** A conversion; `value`, `currency` and `id` have a meaning of their own. */
export function conversion(type: string, attributes?: Attributes): void {
  call("conversion", type, attributes);
}

/** Steps of a journey. */
export function journey(name: string): Journey {
  return call("journey", name) as Journey;
}

/** A named value; `unit` and `source` have a meaning of their own, the rest are tags. */
export function metric(name: string, value: number, attributes?: Attributes): void {
  call("metric", name, value, attributes);
}

/** How satisfied a visitor is, 1 to 5. */
export function feedback(score: number, topic?: string): void {
  call("feedback", score, topic);
}

/** An error that the site has caught itself. */
export function error(reason: unknown, attributes?: Attributes): void {
  call("error", reason, attributes);
}

/** Says who the visitor is, for the page views from now on. An empty value takes a key back. */
export function identify(user: string | Attributes, attributes?: Attributes): void {
  call("identify", user, attributes);
}

/** Says what the page is, for the page views from now on. An empty value takes a key back. */
export function context(attributes: Attributes): void {
  call("context", attributes);
}

/** "pending" changes nothing. Anything else but "granted" stops the agent and deletes what it has stored. */
export function consent(state: "granted" | "denied" | "revoked" | "pending"): void {
  call("consent", state);
}

/** Times a function or a promise, and tells it as a metric. */
export const time: Timed = createTimed((name, value, attributes) => {
  call("metric", name, value, attributes);
});

/** The page view's vitals as they are now. None before the lazy part is there, and where WebAssembly may not run. */
export function vitals(): Vitals {
  return (call("vitals") ?? {}) as Vitals;
}

/** The page view's score, 0 to 100, and its parts. */
export function score(): Score | undefined {
  return call("score") as Score | undefined;
}

/** Vitals, score and errors of the page view. */
export function summary(): Summary | undefined {
  return call("summary") as Summary | undefined;
}

/** The session's reference, for a checkout that the site's own server opens: `paceline_ref`. */
export function reference(): string | undefined {
  return call("reference") as string | undefined;
}
