// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/** Records trusted input; older entries come before it. */
export function followInput(agent: Agent): void {
  const { timeline, record } = agent;
  let hasKey = false;
  agent.listen("click keydown", (click: MouseEvent) => {
    const isClick = click.type === "click";
    // The largest contentful paint ends once.
    if (!click.isTrusted || (!isClick && hasKey)) return;
    hasKey ||= !isClick;
    agent.drain();
    record(isClick ? EntryKind.click : EntryKind.userInput, [
      timeline.at(click.timeStamp),
      // A key has no place; what is no number is left out.
      sint(click.clientX),
      sint(click.clientY),
      isClick && selectorOf(click.target as Node),
      isClick && agent.flagsOf?.(click),
    ]);
  });
}
