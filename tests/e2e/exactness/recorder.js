// Runs in the page, between the libraries and the agent, in the same task as both: registers the reference library and
// the drop-in with the same options, and writes down every call back. What was said is kept for the next page, because
// the last of it comes when this one goes.
(() => {
  const { options: json, only } = document.currentScript.dataset;
  const base = JSON.parse(json || "{}");
  if (base.generateTarget) base.generateTarget = (node) => node.dataset?.name;
  const records = [];
  const ids = new Map();
  const objects = new WeakMap();
  let lastObject = 0;

  function keyOf(entry) {
    const { entryType, name, startTime, duration, interactionId } = entry;
    return [entryType, name, startTime, duration, interactionId ?? ""].join("|");
  }

  // Numbers as they are, entries by their identity, nodes by their name.
  function plain(value) {
    if (value instanceof window.PerformanceEntry) return keyOf(value);
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof window.Node) return value.nodeName;
    if (value && typeof value === "object") {
      const rectangles = ["previousRect", "currentRect"].filter((name) => name in value);
      if (rectangles.length) {
        return rectangles.map((name) => [value[name].x, value[name].y, value[name].width]).flat();
      }
      return Object.fromEntries(
        Object.keys(value)
          .filter((key) => value[key] !== undefined)
          .sort()
          .map((key) => [key, plain(value[key])]),
      );
    }
    return value;
  }

  function objectNumber(metric) {
    if (!objects.has(metric)) objects.set(metric, ++lastObject);
    return objects.get(metric);
  }

  // After a restore both libraries ask for the time in a frame's callback of their own. The frame has one time here.
  addEventListener(
    "pageshow",
    ({ persisted }) => {
      if (!persisted) return;
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          const now = performance.now();
          performance.now = () => now;
          setTimeout(() => delete performance.now);
        }),
      );
    },
    { capture: true },
  );

  const libraries = { reference: window.webVitals, dropIn: window.pacelineVitals };
  for (const all of [false, true]) {
    for (const [library, exports] of Object.entries(libraries)) {
      for (const name of ["LCP", "INP", "CLS", "FCP", "TTFB"]) {
        if (only && only !== library) continue;
        exports["on" + name](
          (metric) => {
            const { id, ...rest } = metric;
            const object = objectNumber(metric);
            const isSameId = !ids.has(object) || ids.get(object) === id;
            ids.set(object, id);
            records.push({ library, all, object, id, isSameId, ...plain(rest) });
          },
          { ...base, ...(all ? { reportAllChanges: true } : {}) },
        );
      }
    }
  }

  // FID, as version 4 of the library, the last with it, gives it: of an input before the page was first hidden.
  let firstHidden = document.visibilityState === "hidden" ? 0 : Infinity;
  addEventListener(
    "visibilitychange",
    ({ timeStamp }) => {
      if (document.visibilityState === "hidden") firstHidden = Math.min(firstHidden, timeStamp);
    },
    true,
  );
  if (!only) {
    new PerformanceObserver((list) => {
      for (const { startTime, processingStart } of list.getEntries())
        if (startTime < firstHidden)
          records.push({ library: "page", name: "FID", value: processingStart - startTime });
    }).observe({ type: "first-input", buffered: true });
  }

  window.exactRecords = records;
  const keep = () => sessionStorage.setItem("records", JSON.stringify(records));
  // After every listener that captures, whenever it came.
  addEventListener("visibilitychange", keep);
  addEventListener("pagehide", keep, true);
})();
