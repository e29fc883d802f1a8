// What the agent's browser tests share: a site, a stand-in for the collector, and what both say about a page.
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { createCapture } from "../support/capture.mjs";
import { startCore } from "../support/core.mjs";
import { inRepository } from "../support/paths.mjs";
import { decodeBeacon } from "../support/protocol.mjs";
import { folder, readBody, routes, startServer } from "../support/static-server.mjs";

export const AGENT_FOLDER = inRepository("build/agent");
export const SITE = "academy";

/** As the collector serves the agent's files, also to other origins. */
const AGENT_HEADERS = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
};

const METRICS = ["", "LCP", "INP", "CLS", "FCP", "TTFB", "FID"];

// Runs in the page: the reference library, registered with its default options, tells its last reports when the page is
// hidden. The listener is registered after the library's own.
const REFERENCE = `
  window.pageErrors = [];
  window.reference = [];
  for (const name of ["LCP", "INP", "CLS", "FCP", "TTFB"]) {
    webVitals["on" + name](({ name, value, navigationType }) => {
      reference.push({ name, value, navigationType });
    });
  }
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    fetch("/reference", { method: "POST", keepalive: true, body: JSON.stringify(reference) });
  }, true);
`;

/**
 * @typedef {object} TestSite
 * @property {string} origin
 * @property {import("../support/capture.mjs").Capture} capture
 * @property {{name: string, value: number, navigationType: string}[][]} references what the reference library said at
 *     each hiding, in the order of arrival
 * @property {() => Promise<void>} close
 */

/**
 * Serves pages, the agent and the stand-in for the collector from one origin. "/agent/both.js" is the reference library
 * and the agent in one script, so that both register in the same task.
 * @param {Readonly<Record<string, string | import("../support/static-server.mjs").Answer>>} pages
 * @param {readonly import("../support/static-server.mjs").Handler[]} [handlers] asked first
 * @returns {Promise<TestSite>}
 */
export async function startSite(pages, handlers = []) {
  const capture = createCapture();
  const references = [];
  const both = [
    await readFile(inRepository("node_modules/web-vitals/dist/web-vitals.iife.js"), "utf8"),
    REFERENCE,
    await readFile(`${AGENT_FOLDER}/paceline.js`, "utf8"),
  ].join("\n;");
  const server = await startServer([
    ...handlers,
    capture.handler,
    async (request, path) => {
      if (path !== "/reference") return undefined;
      references.push(JSON.parse((await readBody(request)).toString()));
      return { status: 204 };
    },
    routes({ "/agent/both.js": { headers: AGENT_HEADERS, body: both }, ...pages }),
    folder(AGENT_FOLDER, { prefix: "/agent/", headers: AGENT_HEADERS }),
    routes({
      "/favicon.ico": { status: 204 },
      "/next": "<!doctype html><title>next</title><p>next",
    }),
  ]);
  return { origin: server.origin, capture, references, close: server.close };
}

/** A page with the agent (and the reference library) first in its head. */
export function pageWithBoth(body, { attributes = "" } = {}) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
    <script src="/agent/both.js" data-site="${SITE}" ${attributes}></script>
    <style>body { font: 16px/1.5 "Liberation Sans", sans-serif; margin: 20px }</style>
    </head><body>${body}</body></html>`;
}

/** A page with nothing but the script tag of the README. */
export function pageWithTag(body, { origin = "", attributes = "" } = {}) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
    <script async src="${origin}/agent/paceline.js" data-site="${SITE}" ${attributes}></script>
    </head><body>${body}</body></html>`;
}

/** True when the build has the WebAssembly engine. */
export async function hasEngine() {
  if (!existsSync(AGENT_FOLDER)) return false;
  return (await readdir(AGENT_FOLDER)).some((name) => name.endsWith(".wasm"));
}

/** What the collector would make of raw batches. */
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

/**
 * @typedef {object} Measured one page view, put together as the collector does
 * @property {string} url
 * @property {number} navigationType
 * @property {Record<string, number>} vitals last values, in ms or, for CLS, as they are
 * @property {any[]} events everything else
 */

/**
 * What the posts say about each page view, by document and then by index: per vital the highest sequence wins, and raw
 * batches are run through the core.
 * @param {readonly import("../support/capture.mjs").Post[]} posts
 * @returns {Promise<Measured[][]>} documents in the order of their first post
 */
export async function measure(posts) {
  const documents = new Map();
  for (const post of posts) {
    const id = Buffer.from(post.message.documentId).toString("hex");
    documents.set(id, [...(documents.get(id) ?? []), post]);
  }
  return Promise.all(
    [...documents.values()].map(async (all) => {
      const sorted = [...all].sort((a, b) => a.message.sequence - b.message.sequence);
      const sent = sorted.filter(({ kind }) => kind === "beacon").map(({ message }) => message);
      const covered = Math.max(0, ...sent.map((beacon) => beacon.coversEntriesBefore));
      const raw = sorted.filter(
        ({ kind, message }) => kind === "entries" && message.sequence >= covered,
      );
      return pageViewsOf(raw.length > 0 ? [await beaconOf(raw), ...sent] : sent);
    }),
  );
}

function pageViewsOf(beacons) {
  /** @type {Measured[]} */
  const pageViews = [];
  for (const { strings, pageViews: headers, events } of beacons) {
    for (const { index, navigationType, urlRef } of headers) {
      pageViews[index] ??= { url: strings[urlRef - 1], navigationType, vitals: {}, events: [] };
    }
    for (const { pageView, event } of events) {
      if (event.case !== "vital") {
        pageViews[pageView].events.push(event);
        continue;
      }
      const { metric, value } = event.value;
      const scale = METRICS[metric] === "CLS" ? 1e9 : 10;
      pageViews[pageView].vitals[METRICS[metric]] = Number(value) / scale;
    }
  }
  return pageViews;
}

/**
 * Opens a page whose errors are collected, and which tells when its engine runs, and when its lazy part, without one, too.
 * @param {import("playwright-core").BrowserContext | import("playwright-core").Browser} browser
 */
export async function newPage(browser) {
  const page = await browser.newPage();
  /** @type {Error[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.addInitScript(() => {
    const { compile, instantiate } = WebAssembly;
    // The lazy part asks first whether it may.
    WebAssembly.compile = (...args) => {
      setTimeout(() => (window.isLazyPartRunning = true));
      return compile(...args);
    };
    WebAssembly.instantiate = async (...args) => {
      const instance = await instantiate(...args);
      // In a task of its own, after everything that the instance's arrival sets off.
      setTimeout(() => (window.isEngineRunning = true));
      return instance;
    };
  });
  return {
    page,
    errors,
    engineRuns: () => page.waitForFunction(() => window.isEngineRunning === true),
    lazyPartRuns: () => page.waitForFunction(() => window.isLazyPartRunning === true),
  };
}

/** True when the page has told that it was hidden, `times` times; what is told twice counts once. */
export function toldHidden(posts, times = 1) {
  const told = new Set();
  for (const { kind, message } of posts) {
    const items =
      kind === "beacon" ? message.events.map(({ at100us, event }) => [at100us, event]) : [];
    for (const { entry } of message.entries ?? []) items.push([entry.value.at100us, entry]);
    for (const [at, { case: name, value }] of items) {
      if (name === "visibilityChange" && value.hidden) told.add(`${message.documentId} ${at}`);
    }
  }
  return told.size >= times;
}

/** The reference library's last value of each vital, of one kind of navigation. */
export function lastValues(reports, navigationType) {
  const chosen = reports.filter((r) => !navigationType || r.navigationType === navigationType);
  return Object.fromEntries(chosen.map(({ name, value }) => [name, value]));
}
