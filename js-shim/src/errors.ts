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
type ErrorPlace = readonly [
  source?: string | undefined,
  line?: number | undefined,
  column?: number | undefined,
  target?: Node | undefined,
];

// Per page view.
const MAX_ERRORS = 20;
const MAX_REPEATS = 3;
const MAX_ATTRIBUTES = 10;

/** Records a failure, unless the page view has had too many, or too many of the same. */
export function recordError(
  agent: Agent,
  kind: ErrorKind,
  reason: unknown,
  attributes?: object,
  [source = "", line, column, node]: ErrorPlace = [],
): void {
  const { ref, timeline, record } = agent.recorder;
  const {
    name,
    message: text,
    stack,
  } = (reason instanceof Object ? reason : { message: reason }) as Partial<Error>;
  const scrubbedRef = (value: unknown): number => ref(scrubText(value));
  const target = selectorOf(node);
  const { errorsSeen } = agent;
  const key = [text, source, line, target].join();
  if (
    errorsSeen.length >= MAX_ERRORS ||
    errorsSeen.filter((other) => other === key).length >= MAX_REPEATS
  )
    return;
  errorsSeen.push(key);
  record(EntryKind.error, [
    timeline.at(performance.now()),
    kind,
    scrubbedRef(name),
    scrubbedRef(text),
    source && ref(resourceOf(source)),
    line,
    column,
    scrubbedRef(stack),
    ref(target),
    Object.entries(attributes ?? {})
      .slice(0, MAX_ATTRIBUTES)
      .map((pair) => message(pair.map(scrubbedRef))),
  ]);
}

export function followErrors(agent: Agent): void {
  agent.listen("error unhandledrejection", (event) => {
    const { target, error, message, filename, lineno, colno } = event as ErrorEvent;
    if (target instanceof Element) {
      const { src, href } = target as Partial<HTMLImageElement & HTMLLinkElement>;
      recordError(agent, ErrorKind.resource, "", {}, [src || href, 0, 0, target]);
    } else if (event.type === "error") {
      recordError(agent, ErrorKind.uncaught, error ?? message, {}, [filename, lineno, colno]);
    } else {
      recordError(agent, ErrorKind.unhandledRejection, (event as PromiseRejectionEvent).reason);
    }
  });
}
