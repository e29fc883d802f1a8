// C9: all that is known of a failure, also of those that came before the lazy part, and of what the site itself reports.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { MAX_ERRORS, type ErrorKind, type FailureEvent } from "./errors.ts";
import type { ErrorPlace } from "./features/host.ts";
import type { Field } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";
import { scrubText } from "./text-scrub.ts";
import { resourceOf, safely } from "./url-scrub.ts";

// Per page view.
const MAX_REPEATS = 3;
const MAX_ATTRIBUTES = 10;
// Where the fields stand that say what failed.
const DETAILS_BEGIN = 2;
const DETAILS_END = 9;

/** Completes what has been recorded, and records what comes. */
export function followFailures(agent: Agent): void {
  for (const failure of agent.failures.splice(0)) {
    const [fields, event] = failure;
    const details = detailsOf(...sourceOf(event as FailureEvent));
    fields.splice(DETAILS_BEGIN, Infinity, ...details);
    agent.byteCount += `${details}`.length;
    if (hasRoom(agent, details)) agent.failures.push(failure);
    else agent.recorded = agent.recorded.filter(([, others]) => others !== fields);
  }
  agent.takeFailure = (kind, event) => {
    const [reason, place] = sourceOf(event);
    recordError(agent, kind, reason, {}, place);
  };
}

/** Records a failure, unless the page view has had too many, or too many of the same. */
export function recordError(
  agent: Agent,
  kind: ErrorKind,
  reason: unknown,
  attributes: object = {},
  place: ErrorPlace = {},
): void {
  const details = detailsOf(reason, place);
  if (!hasRoom(agent, details)) return;
  const pairs = Object.entries(attributes).slice(0, MAX_ATTRIBUTES);
  const fields = [
    agent.timeline.at(performance.now()),
    kind,
    ...details,
    pairs.map((pair) => pair.map((text) => safely(() => scrubText(text)))),
  ];
  agent.failures.push([fields]);
  agent.record(EntryKind.error, fields);
}

function hasRoom({ failures }: Agent, details: readonly Field[]): boolean {
  const alike = failures.filter(
    ([fields]) => `${fields.slice(DETAILS_BEGIN, DETAILS_END)}` === `${details}`,
  );
  return failures.length < MAX_ERRORS && alike.length < MAX_REPEATS;
}

/** The reason, and where it was seen. */
function sourceOf(event: FailureEvent): [unknown, ErrorPlace] {
  const { target, filename, lineno, colno } = event;
  const { src, href } = target as HTMLImageElement & HTMLLinkElement;
  return [
    event.reason ?? event.error ?? event.message,
    target instanceof Element
      ? { source: src || href, target }
      : { source: filename, line: lineno, column: colno },
  ];
}

/** Fields 3 to 9 of Error. */
function detailsOf(reason: unknown, { source, line, column, target }: ErrorPlace): Field[] {
  const error = reason instanceof Object ? reason : { message: reason };
  const textOf = (key: string): string => safely(() => scrubText(error[key as keyof typeof error]));
  return [
    textOf("name"),
    textOf("message"),
    resourceOf(source ?? ""),
    line,
    column,
    textOf("stack"),
    selectorOf(target),
  ];
}
