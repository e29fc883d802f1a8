// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import { EntryKind } from "./entry-batch.ts";
import type { Guard } from "./guard.ts";
import type { Recorder } from "./observe.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/** Records trusted input. `before` is called first, so that older entries can be recorded before it. */
export function followInput(recorder: Recorder, guard: Guard, before: () => void): void {
  const { ref, timeline, record } = recorder;

  const onClick = guard((event: MouseEvent) => {
    if (!event.isTrusted) return;
    before();
    record(EntryKind.click, [
      timeline.at(event.timeStamp),
      sint(Math.round(event.clientX)),
      sint(Math.round(event.clientY)),
      ref(selectorOf(event.target as Node | null)),
    ]);
  });
  addEventListener("click", onClick, { capture: true, passive: true });

  // Only the first key matters.
  const onKey = guard((event: KeyboardEvent) => {
    if (!event.isTrusted) return;
    removeEventListener("keydown", onKey, true);
    before();
    record(EntryKind.userInput, [timeline.at(event.timeStamp)]);
  });
  addEventListener("keydown", onKey, { capture: true, passive: true });
}
