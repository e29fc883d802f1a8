// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/** Records trusted input; older entries come before it. */
export function followInput(agent: Agent): void {
  const { ref, timeline, record } = agent.recorder;
  let hasKey = false;
  agent.listen("click keydown", (event) => {
    const { isTrusted, type, timeStamp, target, clientX, clientY } = event as MouseEvent;
    const isClick = type === "click";
    // The largest contentful paint ends once.
    if (!isTrusted || (!isClick && hasKey)) return;
    agent.drain();
    const at = timeline.at(timeStamp);
    if (isClick) {
      const place = [sint(clientX), sint(clientY), ref(selectorOf(target as Node | null))];
      record(EntryKind.click, [at, ...place, agent.flagsOf(event as MouseEvent)]);
    } else {
      hasKey = true;
      record(EntryKind.userInput, [at]);
    }
  });
}
