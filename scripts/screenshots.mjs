// Takes the pictures of docs/images from a demo with real visits.
//
// Visitors go through the academy in Chromium. What their agents send is recorded on the way and sent again with other
// identities and earlier times, so that the charts show an hour of such visits instead of two minutes. No value is made
// up: each is one that a page measured.
//
// Usage: node scripts/screenshots.mjs [--visits N] [--again N] [--out FOLDER]
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { launchBrowser } from "../tests/e2e/support/browser.mjs";
import { startCollector } from "../tests/e2e/support/collector.mjs";
import { inRepository } from "../tests/e2e/support/paths.mjs";
import { decodeBeacon, decodeEntryBatch, encode } from "../tests/e2e/support/protocol.mjs";
import { readBody, startServer } from "../tests/e2e/support/static-server.mjs";

const { values: options } = parseArgs({
  options: {
    // How many visitors; how often what they sent is sent again.
    visits: { type: "string", default: "6" },
    again: { type: "string", default: "40" },
    out: { type: "string", default: inRepository("docs/images") },
  },
});

const WIDTHS = [
  { width: 1440, height: 1000, scale: 1, longest: 2300 },
  { width: 390, height: 844, scale: 2, longest: 1500 },
];
const SCHEMES = ["light", "dark"];
const ACADEMY_PAGES = { home: "/", lesson: "/lessons/even-splits.html" };
// The collector trusts the clock of what is at most an hour late.
const EARLIEST_MS = 56 * 60_000;
// Sent while the dashboard is open, one by one, so that its pace line shows them coming.
const LIVE_COPIES = 10;
const LIVE_GAP_MS = 6000;

const MESSAGES = {
  "/v1/beacon": { name: "Beacon", decode: decodeBeacon },
  "/v1/entries": { name: "EntryBatch", decode: decodeEntryBatch },
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers in 0..1, the same in every run. */
function randomFrom(seed) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** A copy of the headers without those that belong to one connection. */
function without(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** A proxy before the site that keeps what agents post. */
async function startRecorder(site) {
  const posts = [];
  // Chromium forgets an emulated agent in a page's last words; visitors come one after the other, so it is the one that
  // asked for the last page.
  let visitorAgent = "";
  const forward = async (request, path) => {
    if (request.headers["sec-fetch-dest"] === "document") {
      visitorAgent = request.headers["user-agent"];
    }
    const body = request.method === "POST" ? await readBody(request) : undefined;
    if (body !== undefined && MESSAGES[path] !== undefined) {
      posts.push({ path, userAgent: visitorAgent, message: MESSAGES[path].decode(body) });
    }
    const answer = await fetch(site + request.url, {
      method: request.method,
      headers: {
        ...without(request.headers, ["host", "connection", "accept-encoding"]),
        "user-agent": visitorAgent,
      },
      body,
      redirect: "manual",
    });
    const own = ["content-length", "content-encoding", "transfer-encoding", "connection", "date"];
    return {
      status: answer.status,
      headers: without(Object.fromEntries(answer.headers), own),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  };
  const server = await startServer([forward]);
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

/** One more visitor, whose journey is pictured: pushed down by a late announcement, let down by a button, slowed. */
async function visitForTheJourney(browser, site) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  const follow = async (selector) => {
    await Promise.all([page.waitForEvent("load"), page.click(selector)]);
    await pause(900);
  };
  await page.goto(`${site}/`);
  await pause(1600);
  await follow("main a[href='/courses.html']");
  await page.waitForSelector("#announcement");
  await pause(1500);
  await follow("main a[href='/courses/first-marathon.html']");
  await page.locator("#trailer").scrollIntoViewIfNeeded();
  for (let click = 0; click < 5; click++) {
    await page.click("#trailer");
    await pause(230);
  }
  await pause(2500);
  await follow("main a[href^='/book.html']");
  await page.click("#check");
  await page.waitForSelector("#slots input", { state: "attached" });
  await pause(1200);
  await page.goto("about:blank");
  await context.close();
  await pause(1500);
}

/** What was recorded, by session. */
function bySession(posts) {
  const sessions = new Map();
  for (const post of posts) {
    const key = Buffer.from(post.message.sessionId).toString("hex");
    sessions.set(key, [...(sessions.get(key) ?? []), post]);
  }
  return [...sessions.values()];
}

/** Makes a PNG smaller by a palette, where pngquant is installed. */
function shrink(path) {
  spawnSync("pngquant", [
    "--force",
    "--skip-if-larger",
    "--speed=1",
    "--output",
    path,
    "256",
    path,
  ]);
}

/** Sends every recorded message again, as other visitors' and `earlierMs` before. */
async function sendAgain(api, posts, earlierMs) {
  const ids = new Map();
  const renamed = (id) => {
    const key = Buffer.from(id).toString("hex");
    if (!ids.has(key)) ids.set(key, new Uint8Array(randomBytes(id.length)));
    return ids.get(key);
  };
  for (const { path, userAgent, message } of posts) {
    const copy = {
      ...message,
      sessionId: renamed(message.sessionId),
      documentId: renamed(message.documentId),
      originUnixMs: message.originUnixMs - BigInt(earlierMs),
      sentUnixMs: message.sentUnixMs - BigInt(earlierMs),
    };
    const body = encode(MESSAGES[path].name, copy);
    const answer = await fetch(api + path, {
      method: "POST",
      headers: { "user-agent": userAgent },
      body,
    });
    if (answer.status !== 204) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}

/** One picture, of the whole page up to `longest` CSS pixels. */
async function shoot(page, name, { width, longest }) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width, height: Math.min(height, longest) };
  await save(page, name, { fullPage: true, clip });
}

async function save(page, name, how) {
  const path = join(options.out, `${name}.png`);
  await page.screenshot({ path, ...how });
  shrink(path);
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
  // The newest of the best: sorting keeps the order, newest first.
  return sessions.toSorted((a, b) => score(b) - score(a))[0].sessionId;
}

async function shootDashboard(browser, api, posts) {
  const pages = [];
  for (const size of WIDTHS) {
    const page = await openPage(browser, size);
    await page.goto(`${api}/#/overview?site=academy`);
    pages.push({ page, size });
  }
  const sessions = bySession(posts);
  for (let copy = 0; copy < LIVE_COPIES; copy++) {
    await sendAgain(api, sessions[(copy * 2) % sessions.length], 0);
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
      await page.mouse.move(0, 0);
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
    const page = await openPage(browser, { ...size, scale: 1 });
    for (const [name, path] of Object.entries(ACADEMY_PAGES)) {
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.goto(site + path, { waitUntil: "networkidle" });
        await save(page, `academy-${name}-${size.width}-${colorScheme}`, {});
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
  await visitForTheJourney(browser, recorder.origin);
  const sessions = bySession(recorder.posts);
  const random = randomFrom(1);
  for (let copy = Number(options.again) * sessions.length; copy > 0; copy--) {
    const session = sessions[Math.floor(random() * sessions.length)];
    await sendAgain(collector.http, session, Math.round(random() * EARLIEST_MS));
  }
  await shootDashboard(browser, collector.http, recorder.posts);
  await shootAcademy(browser, collector.addresses.site);
} finally {
  await browser.close();
  await recorder.close();
  await collector.remove();
}
