// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/** Records trusted input; older entries come before it. */
export function followInput(agent: Agent): void {
  const { timeline, record } = agent;
  let hasKey = false;
  agent.listen("click keydown", (event) => {
    const { isTrusted, type, timeStamp, target, clientX, clientY } = event as MouseEvent;
    const isClick = type === "click";
    // The largest contentful paint ends once.
    if (!isTrusted || (!isClick && hasKey)) return;
    hasKey ||= !isClick;
    agent.drain();
    record(isClick ? EntryKind.click : EntryKind.userInput, [
      timeline.at(timeStamp),
      // A key has no place; what is no number is left out.
      sint(clientX),
      sint(clientY),
      isClick && selectorOf(target as Node),
      isClick && agent.flagsOf(event as MouseEvent),
    ]);
  });
}
