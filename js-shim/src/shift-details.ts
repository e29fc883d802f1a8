// C3: what the first part leaves out of layout shifts: the rectangles of what was shifted.
import type { Agent } from "./agent.ts";
import { EntryKind, type RecordedEntry } from "./entry-batch.ts";
import { sint, type Field } from "./protobuf.ts";

/** The place of LayoutShift.sources among its fields. */
const SOURCES = 3;

type Source = readonly [target: string, ...rectangles: readonly DOMRectReadOnly[]];

/** Completes the shifts that have been recorded, and those that come. */
export function followShifts(agent: Agent): void {
  const complete = ([kind, fields]: RecordedEntry): void => {
    if (kind === EntryKind.layoutShift)
      (fields as Field[])[SOURCES] = (fields[SOURCES] as readonly Source[] | undefined)?.map(
        ([target, ...rectangles]) => [
          target,
          ...rectangles.map(({ x, y, width, height }) => [[sint(x), sint(y), width, height]]),
        ],
      );
  };
  const { addEntry } = agent;
  agent.recorded.forEach(complete);
  agent.addEntry = (...entry) => {
    complete(entry);
    addEntry(...entry);
  };
}
