// Drives different visits through the academy and checks that the collector says what the pages measured.
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { readBody, startServer } from "../tests/e2e/support/static-server.mjs";
import { askCollector, until } from "./visits/answers.mjs";
import { startBrowsers } from "./visits/browsers.mjs";
import { compareGrowth, compareVisit, expectedGrowth, growthOf } from "./visits/compare.mjs";
import { measure } from "./visits/reference.js";
import { rollupsTable, visitsTable } from "./visits/table.mjs";
import { VISITORS, painted } from "./visits/visitors.mjs";

const USAGE = `Usage: node scripts/visits.mjs --site URL --api URL [OPTION]…

Drives visits through the academy in Chromium. In every page load the reference library (npm's web-vitals) measures
beside the agent; afterwards the collector is asked for each session and for the rollups, and both are compared: times
to 0.1 ms, CLS to 1e-9, clicks, rage clicks and layout shifts by number. Ends with 0 only if all agree.

  --site URL       where the academy is served, for example http://127.0.0.1:8000
  --api URL        where the collector answers queries, for example http://127.0.0.1:8080
  --visits N       how many visits (default ${VISITORS.length}); the visitors come in this order:
                   ${VISITORS.map(({ name }) => name).join(", ")}
  --visitors LIST  only these, for example reader,impatient
  --site-key KEY   the site's key (default academy)
  --wait SECONDS   how long the collector may take to know everything (default 20)
  --headed         show the browser
  --json           print the comparison as JSON; progress goes to standard error
  --help           this text

Nobody else may visit the site meanwhile: the rollups are compared before and after.`;

const LOAD_TIMEOUT_MS = 30_000;
const REPORT_TIMEOUT_MS = 5_000;

function readOptions() {
  const { values } = parseArgs({
    options: {
      site: { type: "string" },
      api: { type: "string" },
      visits: { type: "string", default: String(VISITORS.length) },
      visitors: { type: "string" },
      "site-key": { type: "string", default: "academy" },
      wait: { type: "string", default: "20" },
      headed: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return { help: true };
  if (!values.site || !values.api) throw new Error("--site and --api are needed");
  for (const name of ["visits", "wait"]) {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} wants a whole number above 0`);
  }
  const chosen = values.visitors?.split(",") ?? VISITORS.map(({ name }) => name);
  const visitors = chosen.map((name) => {
    const visitor = VISITORS.find((known) => known.name === name);
    if (!visitor) throw new Error(`--visitors: nobody is called ${name}`);
    return visitor;
  });
  return {
    ...values,
    visitors,
    site: new URL(values.site).origin,
    visits: Number(values.visits),
    waitMs: Number(values.wait) * 1000,
  };
}

/** Receives what reference.js reports: the last revision of each document, by visit. */
async function startCapture() {
  const visits = new Map();
  const server = await startServer([
    async (request, path) => {
      const report = JSON.parse((await readBody(request)).toString());
      const documents = visits.get(path) ?? new Map();
      visits.set(path, documents);
      const known = documents.get(report.document);
      if (!known || known.revision < report.revision) documents.set(report.document, report);
      return { status: 204 };
    },
  ]);
  return {
    url: (visit) => `${server.origin}/${visit}`,
    documents: (visit) => [...(visits.get(`/${visit}`)?.values() ?? [])],
    close: server.close,
  };
}

/** One visit from its first page to its last; the browser stays open, so that nothing on its way is lost. */
async function makeVisit(visitor, { visit, site, siteKey, browsers, capture, library, say }) {
  const context = await (visitor.tabs ? browsers.openTabs() : browsers.open(visitor.device));
  const reportTo = JSON.stringify(capture.url(visit));
  const content = `(() => { ${library}; (${measure})(webVitals, ${reportTo}); })();`;
  await context.addInitScript({ content });
  const page = await context.newPage();
  page.setDefaultTimeout(LOAD_TIMEOUT_MS);

  // Restored pages ask for nothing, so this counts documents.
  let loads = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loads++;
  });
  const storageKey = `paceline.${siteKey}`;
  const agentStarted = () =>
    page.waitForFunction((key) => localStorage.getItem(key) !== null, storageKey, { polling: 20 });
  await visitor.act({
    context,
    page,
    site,
    say,
    agentStarted,
    arrive: async (path) => {
      await page.goto(site + path, { waitUntil: "load" });
      await painted(page);
    },
    follow: async (path, act) => {
      await Promise.all([
        page.waitForURL((url) => url.pathname === path, { waitUntil: "load" }),
        act(),
      ]);
      await painted(page);
    },
  });
  const stored = await page.evaluate((key) => localStorage.getItem(key), storageKey);
  // Times, a count and a flag; then the id, byte by byte.
  const bytes = stored?.split(",").slice(4).map(Number) ?? [];
  const sessionId = Buffer.from(bytes).toString("hex");
  if (bytes.length !== 16)
    throw new Error("the agent has left no session id: is its script served?");

  // Leaves for another address. A tab that is closed gives its page half a second for its last words, which is too
  // little on a machine that is busy with something else.
  await page.goto("about:blank");
  const documents = await until(
    async () => capture.documents(visit),
    (known) => known.length >= loads,
    REPORT_TIMEOUT_MS,
  );
  await page.close();
  if (documents.length !== loads) {
    throw new Error(`${visitor.name}: ${loads} pages were loaded, ${documents.length} reported`);
  }
  return {
    name: `${visitor.name}, ${visitor.device}`,
    sessionId,
    documents,
  };
}

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const progress = options.json ? console.error : console.log;
  const library = await readFile(
    new URL("../node_modules/web-vitals/dist/web-vitals.iife.js", import.meta.url),
    "utf8",
  );
  const answers = askCollector(options.api, options["site-key"], Date.now());
  const before = await answers.vitals();
  const capture = await startCapture();
  const browsers = await startBrowsers({ headed: options.headed });
  try {
    const visits = [];
    for (let visit = 0; visit < options.visits; visit++) {
      const visitor = options.visitors[visit % options.visitors.length];
      const label = `visit ${visit + 1} of ${options.visits}`;
      progress(`${label}: ${visitor.name} on a ${visitor.device}`);
      const made = await makeVisit(visitor, {
        visit,
        site: options.site,
        siteKey: options["site-key"],
        browsers,
        capture,
        library,
        say: (text) => progress(`${label}:   ${text}`),
      });
      visits.push(made);
    }

    progress("asking the collector");
    const result = await until(
      async () => {
        const compared = [];
        for (const visit of visits) {
          const journey = await answers.journey(visit.sessionId);
          compared.push({ ...visit, comparison: compareVisit(visit.documents, journey) });
        }
        const growth = growthOf(before, await answers.vitals());
        return { visits: compared, rollups: compareGrowth(expectedGrowth(visits), growth) };
      },
      isAgreed,
      options.waitMs,
    );
    report(result, options.json);
    return isAgreed(result) ? 0 : 1;
  } finally {
    await browsers.close();
    await capture.close();
  }
}

function isAgreed({ visits, rollups }) {
  return (
    visits.every(({ comparison }) => comparison.agrees) && rollups.every(({ agrees }) => agrees)
  );
}

function report(result, asJson) {
  if (asJson) {
    console.log(JSON.stringify({ agrees: isAgreed(result), ...result }, undefined, 2));
    return;
  }
  console.log(`\n${visitsTable(result.visits)}\n\n${rollupsTable(result.rollups)}\n`);
  result.visits.forEach(({ name, comparison }, index) => {
    for (const problem of comparison.problems)
      console.log(`visit ${index + 1} (${name}): ${problem}`);
  });
  console.log(
    isAgreed(result)
      ? `all ${result.visits.length} visits agree: the collector says what the pages measured`
      : "page and collector DIFFER",
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`visits: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
