// C9: all that is known of a failure, also of those that came before the lazy part, and of what the site itself reports.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { MAX_ERRORS, type ErrorKind, type FailureEvent } from "./errors.ts";
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
    const details = detailsOf(event as FailureEvent);
    fields.splice(DETAILS_BEGIN, details.length, ...details);
    agent.byteCount += `${details}`.length;
    if (hasRoom(agent, details)) agent.failures.push(failure);
    else agent.recorded = agent.recorded.filter(([, others]) => others !== fields);
  }
  agent.takeFailure = (kind, event) => recordError(agent, kind, event);
}

/** Records a failure, unless the page view has had too many, or too many of the same. */
export function recordError(
  agent: Agent,
  kind: ErrorKind,
  failure: Partial<FailureEvent>,
  attributes: object = {},
): void {
  const details = detailsOf(failure);
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

/** Fields 3 to 9 of Error. */
function detailsOf(failure: Partial<FailureEvent>): Field[] {
  const reason: unknown = failure.reason ?? failure.error ?? failure.message;
  const error = reason instanceof Object ? reason : { message: reason };
  const textOf = (key: string): string => safely(() => scrubText(error[key as keyof typeof error]));
  const element = failure.target as HTMLImageElement & HTMLLinkElement;
  return [
    textOf("name"),
    textOf("message"),
    resourceOf((element instanceof Element ? element.src || element.href : failure.filename) ?? ""),
    failure.lineno,
    failure.colno,
    textOf("stack"),
    // The window has no name.
    selectorOf(element),
  ];
}
