// What the first part leaves out: the times of the load, once they are complete; the first frame after a restore; and
// how the page is shown.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { pageDetails } from "./page-details.ts";
import { navigationEntry } from "./page-views.ts";

/** Paint.Kind of paceline.v1.Entry. */
const PAINT_KIND_RESTORED = 3;
const LOAD_CHECK_MS = 500;

// Fields 1 to 14 of paceline.v1.Entry.Navigation, without the twelfth.
const TIMES_BEFORE_SIZE = [
  "responseStart",
  "workerStart",
  "fetchStart",
  "domainLookupStart",
  "domainLookupEnd",
  "connectStart",
  "connectEnd",
  "requestStart",
  "responseEnd",
  "domContentLoadedEventEnd",
  "loadEventEnd",
] as const;

export function followLoad(agent: Agent): void {
  const { guard, listen, timeline, record } = agent;

  const device = agent.device();
  // As CSS has it.
  device[15] = innerHeight >= innerWidth ? 1 : 2;
  device[16] = ["standalone", "fullscreen", "minimal-ui"].some(
    (mode) => matchMedia(`(display-mode:${mode})`).matches,
  );

  // Of all types that the first part observes, those of one overflowing buffer being as good as lost as those of another.
  if (agent.droppedEntries)
    record(EntryKind.droppedEntries, [timeline.at(0), "vitals", agent.droppedEntries]);

  let hasLoad = false;
  const recordLoad = guard((isLast: boolean) => {
    const entry = navigationEntry();
    if (hasLoad || !entry || agent.isStopped) return;
    if (!isLast && !entry.loadEventEnd) return void setTimeout(recordLoad, LOAD_CHECK_MS, false);
    hasLoad = true;
    record(EntryKind.navigation, [
      ...TIMES_BEFORE_SIZE.map((name) => timeline.at(entry[name])),
      entry.transferSize,
      timeline.at(entry.domInteractive),
      timeline.at(entry.domComplete),
      entry.nextHopProtocol ?? "",
      ...pageDetails(entry),
    ]);
  });
  recordLoad(false);
  const { onHidden } = agent;
  agent.onHidden = () => {
    recordLoad(true);
    onHidden();
  };

  listen("pageshow", (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    // The first frame after a restore may still show the old page.
    const onPainted = guard(() =>
      record(EntryKind.paint, [PAINT_KIND_RESTORED, timeline.at(performance.now())]),
    );
    requestAnimationFrame(() => requestAnimationFrame(onPainted));
  });
}
