// What the tests of the features share: pages with the script tag, and everything that the agent tells of them.
import { setVisibility } from "../../support/browser.mjs";
import { SITE } from "../harness.mjs";

/** Forbids WebAssembly and nothing else: what the agent saw arrives raw. */
export const WITHOUT_WASM = {
  "content-security-policy": "script-src * 'unsafe-inline' data: blob:",
};

/**
 * A page with the script tag last, so that its own scripts and styles come as they would without the agent. What the
 * agent saw arrives raw, unless the page lets the engine run.
 */
export function pageOf(body, { attributes = "", head = "", headers = {}, engine = false } = {}) {
  return {
    headers: engine ? headers : { ...WITHOUT_WASM, ...headers },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title><link rel="icon" href="data:,">${head}
      <style>body { font: 16px/1.5 "Liberation Sans", sans-serif; margin: 20px }</style></head>
      <body>${body}
      <script async src="/agent/paceline.js" data-site="${SITE}" ${attributes}></script></body></html>`,
  };
}

/**
 * @typedef {object} Told one thing that the agent tells, from an EntryBatch or a Beacon
 * @property {string} kind name in the oneof: resource, apiCall, …
 * @property {number} at in units of 0.1 ms
 * @property {any} value the message; `…Ref` fields are texts in properties without `Ref`
 * @property {string} document
 */

/**
 * What reached the collector, each thing once: of raw batches that a Beacon covers, it is the Beacons that count.
 * @returns {Told[]} in the order of arrival
 */
export function toldBy(posts) {
  const idOf = ({ documentId }) => Buffer.from(documentId).toString("hex");
  const covered = {};
  for (const { message } of posts) {
    const before = Math.max(covered[idOf(message)] ?? 0, message.coversEntriesBefore ?? 0);
    covered[idOf(message)] = before;
  }
  return posts.flatMap(({ kind, message }) => {
    const document = idOf(message);
    if (kind === "entries" && message.sequence < covered[document]) return [];
    const items =
      kind === "entries"
        ? message.entries.map(({ entry }) => [entry, entry.value?.at100us])
        : message.events.map(({ event, at100us }) => [event, at100us]);
    return items.map(([{ case: name, value }, at]) => ({
      kind: name,
      at,
      value: withTexts(value, message.strings),
      document,
    }));
  });
}

function withTexts(value, strings) {
  if (Array.isArray(value)) return value.map((element) => withTexts(element, strings));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const result = {};
  for (const [key, field] of Object.entries(value)) {
    if (key.startsWith("$")) continue;
    if (key.endsWith("Ref")) result[key.slice(0, -3)] = field ? strings[field - 1] : "";
    else result[key] = withTexts(field, strings);
  }
  return result;
}

/**
 * Opens pages of a site, and tells what came of them.
 * @param {() => {browser: import("playwright-core").Browser, site: import("../harness.mjs").TestSite}} get
 */
export function visitor(get) {
  return {
    /** Opens a page and waits until the features have started. */
    async open(path, { init, context } = {}) {
      const { browser, site } = get();
      const page = await (context ?? browser).newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(error));
      if (init) await page.addInitScript(init);
      const from = site.capture.posts.length;
      await page.goto(site.origin + path, { waitUntil: "commit" });
      await featuresStart(page);
      /** What this page told, once `enough` accepts it. Hides the page first, unless told not to. */
      const told = async (enough, { hide = true } = {}) => {
        if (hide) {
          await setVisibility(page, "visible");
          await setVisibility(page, "hidden");
        }
        const isEnough = (posts) => enough(toldBy(posts.slice(from)));
        return toldBy((await site.capture.until(isEnough)).slice(from));
      };
      return { page, errors, told };
    },
  };
}

/** The features have started when the last of them, each in a task of its own, has added to the programming interface. */
export function featuresStart(page) {
  return page.waitForFunction(() => window.paceline?.reference, undefined, { timeout: 30_000 });
}

export const ofKind = (told, kind) => told.filter((item) => item.kind === kind);
/** The last hiding is the last that a page tells. */
export const isHidden = (told) =>
  told.some(({ kind, value }) => kind === "visibilityChange" && value.hidden);
