// Sets what the pages of a visit measured beside what the collector answers for it. Pure: no browser, no network.

/** The vitals, in the order of the table. */
export const METRICS = ["LCP", "INP", "CLS", "FCP", "TTFB", "FID"];

/** Things that happened, counted: our name, the collector's name of the event. */
const COUNTERS = [
  ["clicks", "click"],
  ["rageClicks", "rageClick"],
  ["layoutShifts", "layoutShift"],
];

// Both sides give times to 0.1 ms; CLS has 9 decimals on the wire.
const TIME_TOLERANCE_MS = 0.1;
const CLS_TOLERANCE = 1e-9;
// A page restored from the back/forward cache has no paint entries. Everybody who measures it reads the clock in an
// animation frame's callback, one after the other: readings of one frame differ by what the callbacks between them took.
const RESTORED_PAINT_TOLERANCE_MS = 16.7;
const RESTORED = "back-forward-cache";

const round = (value) => Math.round(value * 10) / 10;

/**
 * @typedef {object} Cell one figure of one page view
 * @property {string} name
 * @property {number | undefined} page as measured in the page; undefined: not measured
 * @property {number | undefined} collector
 * @property {boolean} agrees
 * @property {string} [note] why it was not compared
 *
 * @typedef {object} Row one page view
 * @property {string} path
 * @property {string} navigationType
 * @property {Cell[]} cells
 * @property {boolean} agrees
 *
 * @typedef {object} Comparison
 * @property {Row[]} rows
 * @property {string[]} problems what differs, in words
 * @property {boolean} agrees
 */

/** @returns {Cell} */
export function compareVital(name, page, collector, navigationType = "navigate") {
  // web-vitals 4, the last with FID, measured a restored page by other means than the browser's entry.
  if (name === "FID" && navigationType === RESTORED) {
    return { name, page, collector, agrees: true, note: "not compared on a restored page" };
  }
  if (page === undefined || collector === undefined) {
    return { name, page, collector, agrees: page === collector };
  }
  if (name === "CLS") {
    return { name, page, collector, agrees: Math.abs(page - collector) <= CLS_TOLERANCE };
  }
  const isRestoredPaint = navigationType === RESTORED && (name === "FCP" || name === "LCP");
  const tolerance = isRestoredPaint ? RESTORED_PAINT_TOLERANCE_MS : TIME_TOLERANCE_MS;
  // The sum of two roundings is no multiple of 0.1 in binary.
  const agrees = Math.abs(round(page) - round(collector)) <= tolerance + 1e-6;
  return { name, page, collector, agrees };
}

/** The page views that a visit's documents reported, in the order in which they began. */
export function pageViewsOf(documents) {
  return documents
    .flatMap(({ path, origin, pageViews }) =>
      pageViews.map((view) => ({ ...view, path, began: origin + view.start })),
    )
    .sort((a, b) => a.began - b.began);
}

/** A GetJourneyResponse in JSON as page views of the same shape. */
export function pageViewsOfJourney({ pageViews = [], events = [] }) {
  return pageViews.map(({ url = "", navigationType = "", vitals = [] }, index) => {
    const view = {
      path: url,
      navigationType: navigationType
        .replace("NAVIGATION_TYPE_", "")
        .toLowerCase()
        .replaceAll("_", "-"),
      // protobuf's JSON leaves out zeros.
      vitals: Object.fromEntries(
        vitals.map(({ metric, value = 0 }) => [metric.replace("METRIC_", ""), value]),
      ),
    };
    const own = events.filter(({ pageViewIndex = 0 }) => pageViewIndex === index);
    for (const [name, event] of COUNTERS) view[name] = own.filter((item) => event in item).length;
    return view;
  });
}

/**
 * @param {object[]} documents what reference.js reported, the last revision of each document
 * @param {object | undefined} journey GetJourneyResponse in JSON; undefined: the collector knows no such session
 * @returns {Comparison}
 */
export function compareVisit(documents, journey) {
  const measured = pageViewsOf(documents);
  const answered = pageViewsOfJourney(journey ?? {});
  const problems = [];
  if (!journey) problems.push("the collector does not know the session");
  else if (measured.length !== answered.length) {
    problems.push(`${measured.length} page views visited, ${answered.length} answered`);
  }
  const rows = [];
  for (let index = 0; index < Math.max(measured.length, answered.length); index++) {
    const page = measured[index];
    const collector = answered[index];
    const path = page?.path ?? collector.path;
    const navigationType = page?.navigationType ?? collector.navigationType;
    if (page && collector && page.path !== collector.path) {
      problems.push(`page view ${index + 1} is ${page.path}, answered as ${collector.path}`);
    }
    const cells = [
      ...METRICS.map((name) =>
        compareVital(name, page?.vitals[name], collector?.vitals[name], navigationType),
      ),
      ...COUNTERS.map(([name]) => ({
        name,
        page: page?.[name],
        collector: collector?.[name],
        agrees: page?.[name] === collector?.[name],
      })),
    ];
    for (const cell of journey ? cells.filter(({ agrees }) => !agrees) : []) {
      problems.push(
        `${path}: ${cell.name} is ${cell.page ?? "nothing"} in the page, ${cell.collector ?? "nothing"} answered`,
      );
    }
    rows.push({ path, navigationType, cells, agrees: cells.every(({ agrees }) => agrees) });
  }
  return { rows, problems, agrees: problems.length === 0 };
}

/** What the rollups should have grown by: page views, rage clicks, and page views that measured each vital. */
export function expectedGrowth(visits) {
  const views = visits.flatMap(({ documents }) => pageViewsOf(documents));
  const growth = {
    "page views": views.length,
    "rage clicks": views.reduce((sum, { rageClicks }) => sum + rageClicks, 0),
  };
  for (const name of METRICS) {
    // FID of restored pages is not compared, so it cannot be counted either.
    if (name === "FID") continue;
    growth[name] = views.filter(({ vitals }) => vitals[name] !== undefined).length;
  }
  return growth;
}

/** The same figures out of two GetVitalsResponses in JSON, from before and after the visits. */
export function growthOf(before, after) {
  const count = ({ vitals = [] }, name) =>
    vitals.find(({ metric }) => metric === `METRIC_${name}`)?.count ?? 0;
  const growth = {
    "page views": (after.pageViews ?? 0) - (before.pageViews ?? 0),
    "rage clicks": (after.rageClicks ?? 0) - (before.rageClicks ?? 0),
  };
  for (const name of METRICS) {
    if (name !== "FID") growth[name] = count(after, name) - count(before, name);
  }
  return growth;
}

/** @returns {{name: string, page: number, collector: number, agrees: boolean}[]} */
export function compareGrowth(expected, actual) {
  return Object.entries(expected).map(([name, page]) => ({
    name,
    page,
    collector: actual[name],
    // Weights are sums of millionths.
    agrees: Math.abs(page - actual[name]) < 1e-6,
  }));
}
