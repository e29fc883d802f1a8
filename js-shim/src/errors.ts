// Failures of the page as they come by themselves: uncaught errors, unhandled rejections, resources that do not load.
// Listening changes nothing about the page's own handling. The lazy part says more of each: error-details.ts; a page that is
// left before it has come says when it failed, and in which words.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import type { Field } from "./protobuf.ts";
import { safely, scrubUrl, textOf } from "./url-scrub.ts";

/** Error.Kind of paceline.v1. */
export const enum ErrorKind {
  uncaught = 1,
  unhandledRejection,
  resource,
  reported,
  render,
  policy,
}

/** An ErrorEvent, a PromiseRejectionEvent, or the error of an element. */
export type FailureEvent = ErrorEvent & Partial<PromiseRejectionEvent>;

/** Error's fields as they were recorded, and what they were taken from, where the lazy part may take more from it. */
export type Failure = readonly [fields: Field[], event?: FailureEvent];

/** Per page view. */
export const MAX_ERRORS = 20;

export function followErrors(agent: Agent): void {
  agent.takeFailure = (kind, event) => {
    // Whatever comes behind a "?" is cut from a text as from a URL.
    const words = safely(() => scrubUrl(textOf(event.message ?? event.reason)));
    const fields = [agent.timeline.at(performance.now()), kind, "", words];
    if (!agent.failures[MAX_ERRORS - 1]) {
      // It may begin the page view, whose failures are counted from then on.
      agent.record(EntryKind.error, fields);
      agent.failures.push([fields, event]);
    }
  };
  agent.listen("error unhandledrejection", (event: FailureEvent) =>
    agent.takeFailure(
      event.target instanceof Element
        ? ErrorKind.resource
        : event.promise
          ? ErrorKind.unhandledRejection
          : ErrorKind.uncaught,
      event,
    ),
  );
}
