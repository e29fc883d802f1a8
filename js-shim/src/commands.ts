// Commands that wait for the lazy part: who the visitor is, what the page is, and errors that the site has caught.
import type { Agent } from "./agent.ts";
import { setTags, type Tags } from "./context-details.ts";
import { ErrorKind, recordError } from "./errors.ts";
import type { ErrorPlace } from "./features/host.ts";
import type { Command } from "./front.ts";
import { safely, scrubText } from "./url-scrub.ts";

const MAX_ATTRIBUTES = 10;

/** Makes up for the commands that have waited, and takes those that come. */
export function followCommands(agent: Agent, tags: Tags): void {
  const take = agent.guard(([name, ...args]: Command) => {
    if (name === "error")
      recordReported(agent, ErrorKind.reported, args[0], args[1] as object | undefined);
    // A text says who the visitor is.
    else for (const arg of args) setTags(tags, arg instanceof Object ? arg : { userId: arg });
  });
  agent.waiting.splice(0).forEach((command) => take(command));
  agent.waiting.push = (...commands) => {
    commands.forEach((command) => take(command));
    return 0;
  };
}

/** Records a failure of which more is known. */
export function recordReported(
  agent: Agent,
  kind: ErrorKind,
  reason: unknown,
  attributes: object = {},
  { source, line, column, target }: ErrorPlace = {},
): void {
  const pairs = Object.entries(attributes).slice(0, MAX_ATTRIBUTES);
  const scrubbed = pairs.map((pair) => pair.map((text) => safely(() => scrubText(text))));
  recordError(agent, kind, reason, source, line, column, target, scrubbed);
}
