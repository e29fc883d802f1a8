// Failures of the page: uncaught errors, unhandled rejections, resources that do not load, and what the site reports.
// Listening changes nothing about the page's own handling.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { message } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { resourceOf, safely, scrubText } from "./url-scrub.ts";

/** Error.Kind of paceline.v1. */
export const enum ErrorKind {
  uncaught = 1,
  unhandledRejection,
  resource,
  reported,
  render,
  policy,
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
  attributes?: object,
  source = "",
  line?: number,
  column?: number,
  node?: Node,
): void {
  const { ref, timeline, record, errorsSeen } = agent;
  const error: Partial<Error> = reason instanceof Object ? reason : { message: reason as string };
  const textOf = (key: "name" | "message" | "stack"): string => safely(() => scrubText(error[key]));
  const fields = [
    textOf("name"),
    textOf("message"),
    source && resourceOf(source),
    line,
    column,
    textOf("stack"),
    selectorOf(node),
  ];
  const key = String(fields);
  if (
    errorsSeen.length < MAX_ERRORS &&
    errorsSeen.filter((other) => other === key).length < MAX_REPEATS
  ) {
    errorsSeen.push(key);
    const pairs = Object.entries(attributes ?? {}).slice(0, MAX_ATTRIBUTES);
    record(EntryKind.error, [
      timeline.at(performance.now()),
      kind,
      ...fields,
      pairs.map((pair) => message(pair.map((text) => ref(safely(() => scrubText(text)))))),
    ]);
  }
}

/** Follows what comes by itself: an ErrorEvent, a PromiseRejectionEvent, or the error of an element. */
export function followErrors(agent: Agent): void {
  agent.listen("error unhandledrejection", (event) => {
    const error = event as ErrorEvent & PromiseRejectionEvent;
    const element = event.target as HTMLImageElement & HTMLLinkElement;
    if (element instanceof Element) {
      const { src, href } = element;
      recordError(agent, ErrorKind.resource, "", {}, src || href, 0, 0, element);
    } else {
      recordError(
        agent,
        event.type === "error" ? ErrorKind.uncaught : ErrorKind.unhandledRejection,
        error.reason ?? error.error ?? error.message,
        {},
        error.filename,
        error.lineno,
        error.colno,
      );
    }
  });
}
