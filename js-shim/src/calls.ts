// Calls of the programming interface, as they were made: the collector reads them.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { packed } from "./protobuf.ts";

const MAX_ARGUMENTS = 64;

/** Records Entry.call. */
export function recordCall(agent: Agent, name: string, args: readonly string[]): void {
  agent.onCall?.(name, args);
  agent.record(EntryKind.call, [
    agent.timeline.at(performance.now()),
    name,
    packed(args.slice(0, MAX_ARGUMENTS).map(agent.ref)),
  ]);
}
