// Records what the agent sends while visitors walk through the academy in real Chromium, into bench/fixtures: for each
// visitor NAME.beacons, the Beacons in the order in which they came (each with its length as a varint before it), and
// NAME.headers, what the browser said with the first of them.
//
//   node bench/record.mjs [VISITOR…]
//
// Needs build/agent (scripts/build). Bodies are kept decompressed, so that the load generator can give them identities of
// their own. Documents whose raw EntryBatches came before the WebAssembly did are in it with their Beacons only.
import { mkdirSync, writeFileSync } from "node:fs";
import { startBrowsers } from "../scripts/visits/browsers.mjs";
import { VISITORS, painted } from "../scripts/visits/visitors.mjs";
import { createCapture } from "../tests/e2e/support/capture.mjs";
import { inRepository } from "../tests/e2e/support/paths.mjs";
import { folder, startServer } from "../tests/e2e/support/static-server.mjs";
import { putTogether } from "../tests/parity/recordings.mjs";
import { STUDENT } from "../tests/parity/student.mjs";

const FIXTURES = inRepository("bench/fixtures");
const STORAGE_KEY = "paceline.academy";
const LOAD_TIMEOUT_MS = 60_000;
const LAST_WORDS_MS = 3_000;
// The load generator writes its own; and the bodies are no longer compressed.
const NOT_KEPT = new Set(["host", "connection", "content-length", "content-encoding"]);

async function visit(visitor, browsers) {
  const capture = createCapture();
  const server = await startServer([
    capture.handler,
    folder(inRepository("build/agent"), { prefix: "/agent/" }),
    folder(inRepository("examples/academy/site")),
  ]);
  const context = await (visitor.tabs ? browsers.openTabs() : browsers.open(visitor.device));
  const page = await context.newPage();
  page.setDefaultTimeout(LOAD_TIMEOUT_MS);
  const arrived = async () => painted(page);
  await visitor.act({
    context,
    page,
    site: server.origin,
    say: (text) => console.error(`${visitor.name}: ${text}`),
    agentStarted: () =>
      page.waitForFunction((key) => localStorage.getItem(key) !== null, STORAGE_KEY),
    arrive: async (path) => {
      await page.goto(server.origin + path, { waitUntil: "load" });
      await arrived();
    },
    follow: async (path, act) => {
      await Promise.all([
        page.waitForURL((url) => url.pathname === path, { waitUntil: "load" }),
        act(),
      ]);
      await arrived();
    },
  });
  await page.goto("about:blank");
  await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
  await page.close();
  await server.close();
  return capture.posts;
}

/** As a visitor's browser says it: of a site with a name, and not headless, which counts as a bot. */
function headerLines({ headers }) {
  return Object.entries(headers)
    .filter(([name]) => !NOT_KEPT.has(name))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")
    .replaceAll(`http://${headers.host}`, "https://academy.example")
    .replaceAll("HeadlessChrome", "Chrome");
}

const chosen = process.argv.slice(2);
mkdirSync(FIXTURES, { recursive: true });
const browsers = await startBrowsers();
try {
  for (const visitor of [...VISITORS, STUDENT]) {
    if (chosen.length > 0 && !chosen.includes(visitor.name)) continue;
    const posts = await visit(visitor, browsers);
    const beacons = posts.filter(({ kind }) => kind === "beacon");
    const raw = posts.length - beacons.length;
    if (beacons.length === 0) {
      console.log(`${visitor.name}: nothing but ${raw} raw batches`);
      continue;
    }
    const bytes = beacons.map((post) => post.bytes);
    writeFileSync(`${FIXTURES}/${visitor.name}.beacons`, putTogether(bytes));
    writeFileSync(`${FIXTURES}/${visitor.name}.headers`, headerLines(beacons[0]));
    const sum = (count) => beacons.reduce((total, post) => total + count(post), 0);
    console.log(
      `${visitor.name}: ${beacons.length} Beacons, ${sum((post) => post.message.events.length)} events, ` +
        `${sum((post) => post.bytes.length)} bytes (${sum((post) => post.wire.length)} as sent), ${raw} raw batches`,
    );
  }
} finally {
  await browsers.close();
}
