// Takes the pictures of docs/images from a demo with real visits.
//
// Visitors go through the academy in Chromium. What their agents send is recorded on the way and sent again with other
// identities and earlier times, so that the charts show an hour of such visits instead of two minutes. No value is made
// up: each is one that a page measured.
//
// Usage: node scripts/screenshots.mjs [--visits N] [--again N] [--out FOLDER]
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { launchBrowser } from "../tests/e2e/support/browser.mjs";
import { startCollector } from "../tests/e2e/support/collector.mjs";
import { inRepository } from "../tests/e2e/support/paths.mjs";
import { decode, encode } from "../tests/e2e/support/protocol.mjs";
import { readBody, startServer } from "../tests/e2e/support/static-server.mjs";

const { values: options } = parseArgs({
  options: {
    // How many visitors; how often what they sent is sent again.
    visits: { type: "string", default: "6" },
    again: { type: "string", default: "24" },
    out: { type: "string", default: inRepository("docs/images") },
  },
});

const WIDTHS = [
  { width: 1440, height: 1000, scale: 1, longest: 1700 },
  { width: 390, height: 844, scale: 2, longest: 1500 },
];
const SCHEMES = ["light", "dark"];
const ACADEMY_PAGES = { home: "/", lesson: "/lessons/even-splits.html" };
// The collector trusts the clock of what is at most an hour late.
const EARLIEST_MS = 56 * 60_000;
// Sent while the dashboard is open, one by one, so that its pace line shows them coming.
const LIVE_COPIES = 10;
const LIVE_GAP_MS = 6000;

const MESSAGES = { "/v1/beacon": "Beacon", "/v1/entries": "EntryBatch" };

/** A proxy before the site that keeps what agents post. */
async function startRecorder(site) {
  const posts = [];
  const server = await startServer(async (request, path) => {
    const body = request.method === "POST" ? await readBody(request) : undefined;
    if (body !== undefined && MESSAGES[path] !== undefined) {
      posts.push({ path, message: decode(MESSAGES[path], body) });
    }
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(site + request.url, {
      method: request.method,
      headers: { ...headers, "accept-encoding": "identity" },
      body,
      redirect: "manual",
    });
    const kept = [...answer.headers].filter(
      ([name]) => !["content-length", "transfer-encoding", "connection", "date"].includes(name),
    );
    return {
      status: answer.status,
      headers: Object.fromEntries(kept),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  });
  return { origin: server.origin, posts, close: () => server.close() };
}

/** Drives the visitors; a disagreement between page and collector is not this script's to judge. */
function driveVisits(site, api) {
  const script = inRepository("scripts/visits.mjs");
  const flags = ["--site", site, "--api", api, "--visits", options.visits];
  return new Promise((resolve) => {
    spawn(process.execPath, [script, ...flags], { stdio: "inherit" }).once("exit", resolve);
  });
}

/** Sends every recorded message again, as other visitors' and `earlierMs` before. */
async function sendAgain(api, posts, earlierMs) {
  const ids = new Map();
  const renamed = (id) => {
    const key = Buffer.from(id).toString("hex");
    if (!ids.has(key)) ids.set(key, new Uint8Array(randomBytes(id.length)));
    return ids.get(key);
  };
  for (const { path, message } of posts) {
    const copy = {
      ...message,
      sessionId: renamed(message.sessionId),
      documentId: renamed(message.documentId),
      originUnixMs: message.originUnixMs - BigInt(earlierMs),
      sentUnixMs: message.sentUnixMs - BigInt(earlierMs),
    };
    const body = encode(MESSAGES[path], copy);
    const answer = await fetch(api + path, { method: "POST", body });
    if (answer.status !== 204) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One picture, of the whole page up to `longest` CSS pixels. */
async function shoot(page, name, { width, longest }) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width, height: Math.min(height, longest) };
  await page.screenshot({ path: join(options.out, `${name}.png`), fullPage: true, clip });
  console.log(`${name}.png`);
}

async function openPage(browser, { width, height, scale }) {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, deviceScaleFactor: scale });
  return context.newPage();
}

/** The session that tells the most: rage clicks, then many page views. */
async function tellingSession(api) {
  const to = Date.now() + 60_000;
  const query = `site=academy&from_unix_ms=${to - EARLIEST_MS}&to_unix_ms=${to}&limit=500`;
  const { sessions } = await (await fetch(`${api}/api/v1/sessions?${query}`)).json();
  const score = ({ rageClicks, pageViews }) => (rageClicks > 0 ? 100 : 0) + pageViews;
  return sessions.toSorted((a, b) => score(b) - score(a))[0].sessionId;
}

async function shootDashboard(browser, api, posts) {
  const pages = [];
  for (const size of WIDTHS) {
    const page = await openPage(browser, size);
    await page.goto(`${api}/#/overview?site=academy`);
    pages.push({ page, size });
  }
  const sessions = [...new Set(posts.map(({ message }) => String(message.sessionId)))];
  for (let copy = 0; copy < LIVE_COPIES; copy++) {
    const session = sessions[copy % sessions.length];
    const own = posts.filter(({ message }) => String(message.sessionId) === session);
    await sendAgain(api, own, 1000);
    await pause(LIVE_GAP_MS);
  }
  const views = {
    overview: "overview",
    pages: "pages",
    sessions: "sessions",
    journey: `sessions/${await tellingSession(api)}`,
  };
  for (const { page, size } of pages) {
    for (const [view, path] of Object.entries(views)) {
      await page.evaluate((hash) => (location.hash = hash), `#/${path}?site=academy`);
      await page.locator("main .panel").first().waitFor();
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await pause(700);
        await shoot(page, `dashboard-${view}-${size.width}-${colorScheme}`, size);
      }
    }
    await page.context().close();
  }
}

async function shootAcademy(browser, site) {
  for (const size of WIDTHS) {
    const page = await openPage(browser, size);
    for (const [name, path] of Object.entries(ACADEMY_PAGES)) {
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.goto(site + path, { waitUntil: "networkidle" });
        await page.screenshot({
          path: join(options.out, `academy-${name}-${size.width}-${colorScheme}.png`),
        });
        console.log(`academy-${name}-${size.width}-${colorScheme}.png`);
      }
    }
    await page.context().close();
  }
}

mkdirSync(options.out, { recursive: true });
const collector = await startCollector({ command: "demo" });
const recorder = await startRecorder(collector.addresses.site);
const browser = await launchBrowser();
try {
  await driveVisits(recorder.origin, collector.http);
  const copies = Number(options.again);
  for (let copy = 0; copy < copies; copy++) {
    // Spread over the hour, denser towards now, as a site that fills up in the morning.
    await sendAgain(
      collector.http,
      recorder.posts,
      Math.round(EARLIEST_MS * (copy / copies) ** 1.2) + 90_000,
    );
  }
  await shootDashboard(browser, collector.http, recorder.posts);
  await shootAcademy(browser, collector.addresses.site);
} finally {
  await browser.close();
  await recorder.close();
  await collector.remove();
}
