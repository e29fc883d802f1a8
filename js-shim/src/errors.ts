// Failures of the page: uncaught errors, unhandled rejections, resources that do not load, and what the site reports.
// Listening changes nothing about the page's own handling.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import type { Field } from "./protobuf.ts";
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

/** Records a failure, unless the page view has had too many, or too many of the same. */
export function recordError(
  { timeline, record, errorsSeen }: Agent,
  kind: ErrorKind,
  reason: unknown,
  source = "",
  line?: number,
  column?: number,
  node?: Node,
  attributes?: readonly Field[],
): void {
  const error = reason instanceof Object ? reason : { message: reason };
  const textOf = (key: string): string => safely(() => scrubText(error[key as keyof typeof error]));
  const fields = [
    textOf("name"),
    textOf("message"),
    resourceOf(source),
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
    record(EntryKind.error, [timeline.at(performance.now()), kind, ...fields, attributes]);
  }
}

/** Follows what comes by itself: an ErrorEvent, a PromiseRejectionEvent, or the error of an element. */
export function followErrors(agent: Agent): void {
  agent.listen("error unhandledrejection", (event) => {
    const failure = event as ErrorEvent & PromiseRejectionEvent;
    const element = event.target as HTMLImageElement & HTMLLinkElement;
    const isElement = element instanceof Element;
    recordError(
      agent,
      isElement
        ? ErrorKind.resource
        : "promise" in failure
          ? ErrorKind.unhandledRejection
          : ErrorKind.uncaught,
      failure.reason ?? failure.error ?? failure.message,
      isElement ? element.src || element.href : failure.filename,
      failure.lineno,
      failure.colno,
      // The window has no name.
      element,
    );
  });
}
