// What the first part leaves out of entries: the rectangles of what was shifted (C3), and with a conversion how far the
// visitor's session had come (C17).
import type { Agent } from "./agent.ts";
import { EntryKind, type RecordedEntry } from "./entry-batch.ts";
import { packed, sint, type Field } from "./protobuf.ts";
import { At, type Session } from "./session.ts";

type Source = readonly [target: string, ...rectangles: readonly DOMRectReadOnly[]];

/** Completes what has been recorded, and what comes. */
export function completeEntries(agent: Agent, session: Session): void {
  const originUnixMs = Date.now() - performance.now();

  /** LayoutShift.sources. */
  const withRectangles = (sources?: readonly Source[]): Field =>
    sources?.map(([target, ...rectangles]) => [
      target,
      ...rectangles.map(({ x, y, width, height }) => [[sint(x), sint(y), width, height]]),
    ]);

  /** Call.args. */
  const withSession = (args: Uint8Array, at: number): Field => {
    // A call may be older than its session.
    const timeOnSiteMs = Math.max(0, Math.round(originUnixMs + at / 10 - session[At.startedAt]));
    const facts = ["pagesVisited", `${session[At.pageCount]}`, "timeOnSiteMs", `${timeOnSiteMs}`];
    return new Uint8Array([...args, ...packed(facts.map(agent.ref))]);
  };

  const complete = ([kind, all]: RecordedEntry): void => {
    const fields = all as Field[];
    const [at, name, args, sources] = all;
    if (kind === EntryKind.layoutShift) fields[3] = withRectangles(sources as readonly Source[]);
    if (kind === EntryKind.call && name === "conversion")
      fields[2] = withSession(args as Uint8Array, at as number);
  };
  const { addEntry } = agent;
  agent.recorded.forEach(complete);
  agent.addEntry = (...entry) => {
    complete(entry);
    addEntry(...entry);
  };
}
