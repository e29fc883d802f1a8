// What the first part leaves out: the times of the load, once they are complete.
import type { Agent } from "./agent.ts";
import { EntryKind } from "./entry-batch.ts";
import { pageDetails } from "./page-details.ts";
import { navigationEntry } from "./page-views.ts";

const LOAD_CHECK_MS = 500;

// Fields 1 to 14 of paceline.v1.Entry.Navigation. Nobody asks for those without a name.
const TIMES = [
  "responseStart",
  "workerStart",
  "fetchStart",
  "domainLookupStart",
  "domainLookupEnd",
  "connectStart",
  "connectEnd",
  "requestStart",
  "",
  "domContentLoadedEventEnd",
  "loadEventEnd",
  "",
  "domInteractive",
  "domComplete",
];

export function followLoad(agent: Agent): void {
  const { guard, timeline, record } = agent;

  // Of all types that the first part observes, those of one overflowing buffer being as good as lost as those of another.
  const dropped = agent.observerOptions?.droppedEntriesCount;
  if (dropped) record(EntryKind.droppedEntries, [timeline.at(0), "vitals", dropped]);

  let hasLoad = false;
  const recordLoad = guard((isLast: boolean) => {
    const entry = navigationEntry();
    if (hasLoad || !entry || agent.isStopped) return;
    if (!isLast && !entry.loadEventEnd) return void setTimeout(recordLoad, LOAD_CHECK_MS, false);
    hasLoad = true;
    record(EntryKind.navigation, [
      // What is not known is no number, and left out.
      ...TIMES.map((name) => timeline.at(entry[name as "responseStart"])),
      "",
      ...pageDetails(entry),
    ]);
  });
  recordLoad(false);
  const { onHidden } = agent;
  agent.onHidden = () => {
    recordLoad(true);
    onHidden();
  };
}
