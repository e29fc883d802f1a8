// Runs in every page of a visit, before anything of the page's own, together with the reference library.
//
// It measures what the agent measures, by other means: the vitals by web-vitals, FID from the browser's own entry (as
// web-vitals 4 did; later versions have none), clicks and layout shifts by listeners of its own. Whenever the page is
// hidden, and so also when it goes away, it beacons everything known so far: the highest `revision` of a document wins.
//
// `webVitals` is the library's IIFE build, `reportTo` the URL of the capture.
export function measure(webVitals, reportTo) {
  // Three clicks, each within a second of the one before, around one place.
  const RAGE_CLICKS = 3;
  const RAGE_GAP_MS = 1000;
  const RAGE_RADIUS_PX = 30;

  const state = {
    document: crypto.randomUUID(),
    origin: performance.timeOrigin,
    path: location.pathname,
    revision: 0,
    pageViews: [],
  };
  const begin = (navigationType, start) => {
    state.pageViews.push({
      navigationType,
      start,
      vitals: {},
      clicks: 0,
      rageClicks: 0,
      layoutShifts: 0,
    });
  };
  const current = () => state.pageViews[state.pageViews.length - 1];
  begin(performance.getEntriesByType("navigation")[0]?.type ?? "navigate", 0);
  // Registered before the library's listener, which reports the restored page's TTFB at once.
  const onPageShow = (event) => {
    if (event.persisted) begin("back-forward-cache", event.timeStamp);
  };
  addEventListener("pageshow", onPageShow, true);

  // A metric object belongs to the page view in which it was first heard of.
  const owners = new Map();
  const onMetric = (metric) => {
    if (!owners.has(metric.id)) owners.set(metric.id, current());
    owners.get(metric.id).vitals[metric.name] = metric.value;
  };
  // All changes, for the last one counts: an interaction that the library was about to look at when the page was hidden
  // comes after its final report, and is said only this way.
  const options = { reportAllChanges: true };
  for (const name of ["LCP", "INP", "CLS", "FCP", "TTFB"])
    webVitals[`on${name}`](onMetric, options);

  const observe = (type, onEntry) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(onEntry));
    observer.observe({ type, buffered: true });
    return () => observer.takeRecords().forEach(onEntry);
  };
  const drains = [
    observe("layout-shift", () => current().layoutShifts++),
    observe("first-input", (entry) => {
      current().vitals.FID = entry.processingStart - entry.startTime;
    }),
  ];

  let run = { clicks: 0 };
  const endRun = () => {
    if (run.clicks >= RAGE_CLICKS) current().rageClicks++;
    run = { clicks: 0 };
  };
  addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted) return;
      current().clicks++;
      const goesOn =
        run.clicks > 0 &&
        event.timeStamp - run.last <= RAGE_GAP_MS &&
        (event.target === run.target ||
          Math.hypot(event.clientX - run.x, event.clientY - run.y) <= RAGE_RADIUS_PX);
      if (!goesOn) {
        endRun();
        run = { clicks: 0, x: event.clientX, y: event.clientY, target: event.target };
      }
      run.clicks++;
      run.last = event.timeStamp;
    },
    true,
  );

  // The library waits for the load event before it says a TTFB, and so says none on a page that is left earlier. The
  // agent does, by the same definition, so here it is taken from the browser's entry.
  const addTimeToFirstByte = () => {
    const { responseStart, activationStart } = performance.getEntriesByType("navigation")[0];
    if (responseStart > 0) {
      state.pageViews[0].vitals.TTFB ??= Math.max(responseStart - activationStart, 0);
    }
  };

  const report = () => {
    for (const drain of drains) drain();
    addTimeToFirstByte();
    endRun();
    state.revision++;
    navigator.sendBeacon(reportTo, JSON.stringify(state));
  };
  // Bubbling, for the library listens while the event is captured: its last values are there by now.
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && report());
}
