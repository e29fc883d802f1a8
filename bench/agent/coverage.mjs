// Visits that leave after a random 50 to 5000 ms: is what was seen of them recorded by a real collector?
import { readFile } from "node:fs/promises";
import { startCollector } from "../../tests/e2e/support/collector.mjs";
import { inRepository } from "../../tests/e2e/support/paths.mjs";
import { folder, startServer } from "../../tests/e2e/support/static-server.mjs";

const SITE = inRepository("examples/academy/site");
const AT_ONCE = 6;
const MIN_STAY_MS = 50;
const MAX_STAY_MS = 5000;
const SETTLE_MS = 4000;

/** How the agent gets into the page, and how the visitor leaves. */
export const TAGS = ["async", "blocking", "inlined"];
export const LEAVINGS = ["close", "navigate", "crash"];

/**
 * @typedef {object} Tally
 * @property {number} visits
 * @property {number} ran page views in which the shim's first line ran
 * @property {number} recorded of those
 *
 * @param {import("playwright-core").Browser} browser
 * @param {number} visits for each tag
 * @param {(line: string) => void} say
 * @returns {Promise<Record<string, Record<string, Tally>>>} tag → leaving → tally
 */
export async function measureCoverage(browser, visits, say) {
  const collector = await startCollector({ args: ["--site", "academy"] });
  const shim = await readFile(inRepository("build/agent/paceline.js"), "utf8");
  const site = await startSite(shim, collector.http);
  const random = seeded(2026);
  const plan = [];
  for (const tag of TAGS) {
    for (let index = 0; index < visits; index++) {
      plan.push({
        id: `${tag}-${index}`,
        tag,
        leaving: LEAVINGS[index % LEAVINGS.length],
        stayMs: MIN_STAY_MS + random() * (MAX_STAY_MS - MIN_STAY_MS),
      });
    }
  }
  const ran = new Set();
  let done = 0;
  try {
    const queue = [...plan];
    const worker = async () => {
      for (let visit = queue.shift(); visit; visit = queue.shift()) {
        await stay(browser, site.origin, visit, (id) => ran.add(id));
        if (++done % 50 === 0) say(`coverage, ${done} of ${plan.length} visits`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const recorded = await recordedVisits(collector.http);
    // When and how they left is where to look for the cause.
    for (const { id, leaving, stayMs } of plan)
      if (ran.has(id) && !recorded.has(id))
        say(`lost: ${id}, ${leaving} after ${Math.round(stayMs)} ms`);
    return tally(plan, ran, recorded);
  } finally {
    await site.close();
    await collector.remove();
  }
}

function tally(plan, ran, recorded) {
  const result = {};
  for (const { id, tag, leaving } of plan) {
    const one = ((result[tag] ??= {})[leaving] ??= { visits: 0, ran: 0, recorded: 0 });
    one.visits++;
    if (!ran.has(id)) continue;
    one.ran++;
    if (recorded.has(id)) one.recorded++;
  }
  return result;
}

// The page tells which visit it is by its path, which the agent reports, and tells the driver that the shim runs.
async function startSite(shim, collector) {
  const home = await readFile(`${SITE}/index.html`, "utf8");
  const announced = (id) => `globalThis.shimRan?.(${JSON.stringify(id)});\n`;
  const attributes = `data-site="academy" data-endpoint="${collector}"`;
  return startServer([
    async (request, path) => {
      const visit = /^\/visit\/(\w+)-(\d+)\.html$/.exec(path);
      if (visit) {
        const [, tag, index] = visit;
        const id = `${tag}-${index}`;
        const source = `/shim/${id}/paceline.js`;
        const element =
          tag === "inlined"
            ? `<script ${attributes}>${announced(id)}${shim}</script>`
            : `<script ${tag === "async" ? "async" : ""} src="${source}" ${attributes}></script>`;
        const body = home.replace(
          /<script async src="\/agent\/paceline\.js"[^>]*><\/script>/,
          () => element,
        );
        return { headers: { "content-type": "text/html; charset=utf-8" }, body };
      }
      const script = /^\/shim\/([\w-]+)\/paceline\.js$/.exec(path);
      if (!script) return undefined;
      return {
        headers: { "content-type": "text/javascript; charset=utf-8" },
        body: announced(script[1]) + shim,
      };
    },
    // The lazy part, beside the script.
    async (_request, path) => {
      const file = /^\/shim\/[\w-]+\/(paceline-[\w-]+\.(?:js|wasm))$/.exec(path);
      if (!file) return undefined;
      const body = await readFile(inRepository(`build/agent/${file[1]}`)).catch(() => undefined);
      if (!body) return undefined;
      const type = file[1].endsWith(".wasm") ? "application/wasm" : "text/javascript";
      return { headers: { "content-type": type }, body };
    },
    folder(SITE),
  ]);
}

async function stay(browser, origin, { id, leaving, stayMs }, onRan) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    await context.exposeBinding("shimRan", (_source, ranId) => onRan(ranId));
    const page = await context.newPage();
    await page.goto(`${origin}/visit/${id}.html`, { waitUntil: "commit" });
    await new Promise((resolve) => setTimeout(resolve, stayMs));
    if (leaving === "close") {
      // Asking does not wait for the page's handlers, which a busy machine runs late.
      const closed = page.waitForEvent("close");
      await page.close({ runBeforeUnload: true });
      await closed;
    } else if (leaving === "navigate") {
      await page.goto("about:blank", { waitUntil: "commit" }).catch(() => undefined);
    } else {
      await page.goto("chrome://crash", { timeout: 2000 }).catch(() => undefined);
    }
    // What the browser still sends, it sends now; a context that goes takes it along.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } finally {
    await context.close().catch(() => undefined);
  }
}

/** The visits whose page view the collector tells of. */
async function recordedVisits(api) {
  const found = new Set();
  const to = Date.now() + 60_000;
  const ask = async (path, parameters) => {
    const query = new URLSearchParams({ site: "academy", ...parameters });
    const answer = await fetch(`${api}/api/v1/${path}?${query}`);
    if (!answer.ok) throw new Error(`GET /api/v1/${path}: ${answer.status}`);
    return answer.json();
  };
  const range = 5 * 60_000;
  for (let from = to - 2 * 3_600_000; from < to; from += range) {
    const { sessions = [], truncated } = await ask("sessions", {
      from_unix_ms: String(from),
      to_unix_ms: String(from + range),
      limit: "1000",
    });
    if (truncated) throw new Error("more sessions than one answer holds");
    for (const { sessionId } of sessions) {
      const { pageViews = [] } = await ask(`sessions/${sessionId}`, {});
      for (const { url = "" } of pageViews) {
        const id = /\/visit\/(\w+-\d+)\.html/.exec(url)?.[1];
        if (id) found.add(id);
      }
    }
  }
  return found;
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
