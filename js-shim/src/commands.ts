// Commands that wait for the lazy part: who the visitor is, what the page is, and errors that the site has caught.
import type { Agent } from "./agent.ts";
import type { SetTags } from "./context-details.ts";
import { recordError } from "./error-details.ts";
import { ErrorKind } from "./errors.ts";
import type { Command } from "./front.ts";

/** Makes up for the commands that have waited, and takes those that come. */
export function followCommands(agent: Agent, setTags: SetTags): void {
  const take = agent.guard(([name, ...args]: Command) => {
    if (name === "error")
      recordError(agent, ErrorKind.reported, { reason: args[0] }, args[1] as object | undefined);
    // A text says who the visitor is.
    else for (const arg of args) setTags(arg instanceof Object ? arg : { userId: arg });
  });
  agent.waiting.splice(0).forEach(take);
  agent.waiting.push = (...commands) => {
    commands.forEach(take);
    return 0;
  };
}
