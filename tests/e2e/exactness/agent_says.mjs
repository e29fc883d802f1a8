// What the agent's posts say of each page view: per vital the last value, its rating and target.
import { startCore } from "../support/core.mjs";
import { decodeBeacon } from "../support/protocol.mjs";

const METRICS = ["", "LCP", "INP", "CLS", "FCP", "TTFB", "FID", "TBT", "TTI"];
const RATINGS = ["", "good", "needs-improvement", "poor"];
const NAVIGATION_TYPES = [
  "",
  "navigate",
  "reload",
  "back-forward",
  "back-forward-cache",
  "prerender",
  "restore",
  "soft-navigation",
  "route",
];

/**
 * @typedef {object} Said
 * @property {string} url
 * @property {string} type
 * @property {Record<string, {value: number, rating: string, target: string, attribution: any}>} vitals in ms or, of CLS,
 *     as a score
 * @property {any[]} events everything else
 */

/** The posts of the last document that has a page view of this path. */
export function postsOf(posts, path) {
  const idOf = ({ message }) => Buffer.from(message.documentId).toString("hex");
  const last = posts
    .filter(({ message }) => message.strings.includes(path))
    .sort((a, b) => Number(a.message.originUnixMs - b.message.originUnixMs))
    .at(-1);
  return last ? posts.filter((post) => idOf(post) === idOf(last)) : [];
}

/**
 * Of one document.
 * @returns {Promise<Said[]>} page views in their order
 */
export async function agentSays(posts) {
  const sorted = [...posts].sort((a, b) => a.message.sequence - b.message.sequence);
  const sent = sorted.filter(({ kind }) => kind === "beacon").map(({ message }) => message);
  const covered = Math.max(0, ...sent.map((beacon) => beacon.coversEntriesBefore));
  const raw = sorted.filter(
    ({ kind, message }) => kind === "entries" && message.sequence >= covered,
  );
  /** @type {Said[]} */
  const said = [];
  for (const beacon of raw.length ? [await beaconOf(raw), ...sent] : sent) addTo(said, beacon);
  return said;
}

/** The core, run over raw batches as the collector does. */
async function beaconOf(batches) {
  const core = await startCore();
  for (const { bytes } of batches) {
    core.HEAPU8.set(bytes, core.reserve(bytes.length));
    const status = core.consume(bytes.length);
    if (status !== 0) throw new Error(`core refused a batch: ${status}`);
  }
  const last = batches.at(-1).message;
  const length = core.flush(last.sequence, Number(last.sentUnixMs), 0);
  return decodeBeacon(core.HEAPU8.slice(core.output(), core.output() + length));
}

function addTo(said, { strings, pageViews, events }) {
  const text = (ref) => (ref ? strings[ref - 1] : "");
  for (const { index, navigationType, urlRef } of pageViews) {
    said[index] ??= {
      url: text(urlRef),
      type: NAVIGATION_TYPES[navigationType],
      vitals: {},
      events: [],
    };
  }
  for (const { pageView, event, at100us } of events) {
    if (event.case !== "vital") {
      said[pageView].events.push({ ...event, at100us, text });
      continue;
    }
    const { metric, value, rating, attribution } = event.value;
    const name = METRICS[metric];
    const { targetRef, largestShiftTargetRef } = attribution.value ?? {};
    said[pageView].vitals[name] = {
      value: Number(value) / (name === "CLS" ? 1e9 : 10),
      rating: RATINGS[rating],
      target: text(targetRef ?? largestShiftTargetRef),
      attribution: attribution.value,
      text,
    };
  }
}
