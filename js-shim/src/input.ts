// Clicks, and that a key was pressed (never which). Either ends the largest contentful paint.
import { EntryKind } from "./entry-batch.ts";
import type { Guard } from "./guard.ts";
import type { Recorder } from "./observe.ts";
import { sint } from "./protobuf.ts";
import { selectorOf } from "./selector.ts";

/**
 * Records trusted input.
 *
 * @param drain called before it is recorded, so that older entries come before it
 * @param touch called on every input, recorded or not
 */
export function followInput(
  recorder: Recorder,
  guard: Guard,
  drain: () => void,
  touch: () => void,
): void {
  const { ref, timeline, record } = recorder;

  const onClick = guard((event: MouseEvent) => {
    if (!event.isTrusted) return;
    touch();
    drain();
    record(EntryKind.click, [
      timeline.at(event.timeStamp),
      sint(Math.round(event.clientX)),
      sint(Math.round(event.clientY)),
      ref(selectorOf(event.target as Node | null)),
    ]);
  });
  addEventListener("click", onClick, { capture: true, passive: true });

  let hasKey = false;
  const onKey = guard((event: KeyboardEvent) => {
    if (!event.isTrusted) return;
    touch();
    // The largest contentful paint ends once.
    if (hasKey) return;
    hasKey = true;
    drain();
    record(EntryKind.userInput, [timeline.at(event.timeStamp)]);
  });
  addEventListener("keydown", onKey, { capture: true, passive: true });
}
