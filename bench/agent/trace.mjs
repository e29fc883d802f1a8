// Reads a trace of Chromium: how much of the main thread a set of scripts took, task by task.

// Not disabled-by-default-v8.compile: its event for each function that is parsed makes what is measured longer.
const CATEGORIES = [
  "toplevel",
  "devtools.timeline",
  "loading",
  "blink.user_timing",
  "v8",
  "disabled-by-default-v8.cpu_profiler",
];

/**
 * Traces the whole browser while `act` runs.
 * @param {import("playwright-core").Browser} browser
 * @param {() => Promise<void>} act
 * @returns {Promise<object[]>} trace events
 */
export async function traced(browser, act) {
  const client = await browser.newBrowserCDPSession();
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: CATEGORIES,
      recordMode: "recordUntilFull",
      traceBufferSizeInKb: 400_000,
    },
  });
  await act();
  const complete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.end");
  await complete;
  await client.detach();
  return events;
}

/**
 * @typedef {object} ScriptTime
 * @property {number} totalMs of all main threads
 * @property {number} longestTaskMs the most that one task had of it
 * @property {number} longestTaskBeforeLcpMs the same among tasks before a page's largest contentful paint
 */

/**
 * Sampled stacks with one of the scripts anywhere in them, plus the time for which the scripts were compiled.
 * @param {readonly any[]} events
 * @param {(url: string) => boolean} isScript
 * @returns {ScriptTime}
 */
export function scriptTime(events, isScript) {
  const slices = [...sampledSlices(events, isScript), ...compileSlices(events, isScript)];
  const tasks = events
    .filter(
      ({ name, ph }) =>
        ph === "X" && (name === "RunTask" || name === "ThreadControllerImpl::RunTask"),
    )
    .sort((a, b) => a.ts - b.ts);
  const lcp = lastLcpByThread(events);
  const perTask = new Map();
  let total = 0;
  for (const { pid, tid, ts, duration } of slices) {
    const task = taskAt(tasks, pid, tid, ts);
    // The next sample may be of a later task: in between was idle, or other work.
    const time = task ? Math.min(duration, task.ts + task.dur - ts) : duration;
    total += time;
    if (task) perTask.set(task, (perTask.get(task) ?? 0) + time);
  }
  const times = [...perTask].map(([task, time]) => ({
    time: time / 1000,
    isBeforeLcp: (lcp.get(`${task.pid}`) ?? []).some(
      ({ start, at }) => task.ts >= start && task.ts < at,
    ),
  }));
  return {
    totalMs: total / 1000,
    longestTaskMs: Math.max(0, ...times.map(({ time }) => time)),
    longestTaskBeforeLcpMs: Math.max(
      0,
      ...times.filter(({ isBeforeLcp }) => isBeforeLcp).map(({ time }) => time),
    ),
  };
}

// Profile and ProfileChunk events: a tree of call frames, samples of its nodes, and the time since the sample before.
function sampledSlices(events, isScript) {
  const profiles = new Map();
  for (const { name, pid, tid, id, args } of events) {
    if (name === "Profile") {
      profiles.set(`${pid}:${id}`, {
        pid,
        tid,
        now: args.data.startTime,
        nodes: new Map(),
        slices: [],
      });
    }
  }
  const chunks = events.filter(({ name }) => name === "ProfileChunk").sort((a, b) => a.ts - b.ts);
  for (const { pid, id, args } of chunks) {
    const profile = profiles.get(`${pid}:${id}`);
    if (!profile) continue;
    const { cpuProfile = {}, timeDeltas = [] } = args.data;
    for (const node of cpuProfile.nodes ?? []) {
      const parent = profile.nodes.get(node.parent);
      profile.nodes.set(node.id, { isOurs: parent?.isOurs || isScript(node.callFrame.url ?? "") });
    }
    (cpuProfile.samples ?? []).forEach((sample, index) => {
      const delta = timeDeltas[index] ?? 0;
      profile.now += delta;
      if (profile.previousIsOurs && delta > 0 && delta < MAX_SAMPLE_US) {
        profile.slices.push({
          pid: profile.pid,
          tid: profile.tid,
          ts: profile.now - delta,
          duration: delta,
        });
      }
      profile.previousIsOurs = profile.nodes.get(sample)?.isOurs === true;
    });
  }
  return [...profiles.values()].flatMap(({ slices }) => slices);
}

// A longer gap means that the sampler slept, not that the script ran.
const MAX_SAMPLE_US = 50_000;

function compileSlices(events, isScript) {
  return events
    .filter(
      ({ name, ph, args }) =>
        ph === "X" && name === "v8.compile" && isScript(args?.data?.url ?? args?.fileName ?? ""),
    )
    .map(({ pid, tid, ts, dur }) => ({ pid, tid, ts, duration: dur }));
}

function taskAt(tasks, pid, tid, ts) {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tasks[middle].ts <= ts) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0 && index > low - 200; index--) {
    const task = tasks[index];
    if (task.pid === pid && task.tid === tid && ts < task.ts + (task.dur ?? 0)) return task;
  }
  return undefined;
}

// From each page's start to its last candidate of the largest contentful paint, by process.
function lastLcpByThread(events) {
  const spans = new Map();
  const starts = events.filter(({ name }) => name === "navigationStart");
  for (const { name, pid, ts, args } of events) {
    if (name !== "largestContentfulPaint::Candidate") continue;
    const navigationId = args?.data?.navigationId;
    const start = starts.find(({ args: own }) => own?.data?.navigationId === navigationId);
    if (!start) continue;
    const all = spans.get(`${pid}`) ?? [];
    const known = all.find((span) => span.navigationId === navigationId);
    if (known) known.at = Math.max(known.at, ts);
    else all.push({ navigationId, start: start.ts, at: ts });
    spans.set(`${pid}`, all);
  }
  return spans;
}
