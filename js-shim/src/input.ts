// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/** Records trusted input; older entries come before it. */
export function followInput(agent: Agent): void {
  const { ref, timeline, record } = agent.recorder;

  const onClick = agent.guard((event: MouseEvent) => {
    if (!event.isTrusted) return;
    agent.drain();
    record(EntryKind.click, [
      timeline.at(event.timeStamp),
      sint(Math.round(event.clientX)),
      sint(Math.round(event.clientY)),
      ref(selectorOf(event.target as Node | null)),
      agent.flagsOf(event),
    ]);
  });
  addEventListener("click", onClick, { capture: true, passive: true });

  let hasKey = false;
  const onKey = agent.guard((event: KeyboardEvent) => {
    // The largest contentful paint ends once.
    if (hasKey || !event.isTrusted) return;
    hasKey = true;
    agent.drain();
    record(EntryKind.userInput, [timeline.at(event.timeStamp)]);
  });
  addEventListener("keydown", onKey, { capture: true, passive: true });
}
