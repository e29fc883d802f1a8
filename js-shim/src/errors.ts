// Failures of the page: uncaught errors, unhandled rejections, resources that do not load, and what the site reports.
// Listening changes nothing about the page's own handling.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { message } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { resourceOf, scrubText } from "./url-scrub.ts";

/** Error.Kind of paceline.v1. */
export const enum ErrorKind {
  uncaught = 1,
  unhandledRejection,
  resource,
  reported,
  render,
  policy,
}

/** Where a failure was seen, as far as it is known. */
export interface ErrorPlace {
  readonly source?: string | undefined;
  readonly line?: number;
  readonly column?: number;
  readonly target?: Node;
}

// Per page view.
const MAX_ERRORS = 20;
const MAX_REPEATS = 3;
const MAX_ATTRIBUTES = 10;

/** Records a failure, unless the page view has had too many, or too many of the same. */
export function recordError(
  agent: Agent,
  kind: ErrorKind,
  reason: unknown,
  attributes: object = {},
  { source, line, column, target }: ErrorPlace = {},
): void {
  const { ref, timeline, record } = agent.recorder;
  const error = (Object(reason) === reason ? reason : { message: reason }) as Partial<Error>;
  const text = scrubText(error.message ?? "");
  const key = [text, source, line, target && selectorOf(target)].join();
  const seen = agent.errorsSeen;
  if (seen.length >= MAX_ERRORS || seen.filter((other) => other === key).length >= MAX_REPEATS)
    return;
  seen.push(key);
  record(EntryKind.error, [
    timeline.at(performance.now()),
    kind,
    ref(scrubText(error.name ?? "")),
    ref(text),
    source ? ref(resourceOf(source)) : 0,
    line,
    column,
    ref(scrubText(error.stack ?? "")),
    target && ref(selectorOf(target)),
    Object.entries(attributes)
      .slice(0, MAX_ATTRIBUTES)
      .map(([name, value]) => message([ref(name), ref(scrubText(value))])),
  ]);
}

export function followErrors(agent: Agent): void {
  const onError = agent.guard((event: ErrorEvent) => {
    const { target, error, message, filename, lineno, colno } = event;
    if (target instanceof Element) {
      const { src, href } = target as Partial<HTMLImageElement & HTMLLinkElement>;
      recordError(agent, ErrorKind.resource, "", {}, { source: src || href, target });
    } else {
      const place = { source: filename, line: lineno, column: colno };
      recordError(agent, ErrorKind.uncaught, error ?? message, {}, place);
    }
  });
  addEventListener("error", onError, true);
  const onRejection = agent.guard((event: PromiseRejectionEvent) =>
    recordError(agent, ErrorKind.unhandledRejection, event.reason),
  );
  addEventListener("unhandledrejection", onRejection);
}
