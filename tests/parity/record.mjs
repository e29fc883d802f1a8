// Records what the agent sends as raw EntryBatches while visitors walk through the academy in real Chromium, into
// tests/fixtures/recordings: one file a document, NAME-NUMBER.entries, as tests/parity/replay.cc states their format.
//
//   node tests/parity/record.mjs [VISITOR…]
//
// Needs build/agent (scripts/build). The pages come under a policy that blocks WebAssembly, so that everything takes the
// raw path. Times and ids differ from one recording to the next; what the tests demand of them does not.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { startBrowsers } from "../../scripts/visits/browsers.mjs";
import { VISITORS, painted } from "../../scripts/visits/visitors.mjs";
import { createCapture } from "../e2e/support/capture.mjs";
import { inRepository } from "../e2e/support/paths.mjs";
import { folder, startServer } from "../e2e/support/static-server.mjs";
import { RECORDINGS, putTogether, recordingNames } from "./recordings.mjs";
import { STUDENT } from "./student.mjs";

const STORAGE_KEY = "paceline.academy";
const POLICY = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
const LOAD_TIMEOUT_MS = 60_000;
const LAST_WORDS_MS = 3_000;

async function visit(visitor, browsers) {
  const capture = createCapture();
  const server = await startServer([
    capture.handler,
    folder(inRepository("build/agent"), { prefix: "/agent/" }),
    folder(inRepository("examples/academy/site"), { headers: POLICY }),
  ]);
  const context = await (visitor.tabs ? browsers.openTabs() : browsers.open(visitor.device));
  const page = await context.newPage();
  page.setDefaultTimeout(LOAD_TIMEOUT_MS);
  const arrived = async () => painted(page);
  await visitor.act({
    context,
    page,
    site: server.origin,
    say: (text) => console.log(`${visitor.name}: ${text}`),
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
  const beacons = capture.posts.filter(({ kind }) => kind !== "entries");
  if (beacons.length > 0) throw new Error("WebAssembly was not blocked");
  return capture.posts;
}

/** The documents' batches in the order of their sequence numbers. */
function documentsOf(posts) {
  const documents = new Map();
  for (const post of posts) {
    const id = Buffer.from(post.message.documentId).toString("hex");
    documents.set(id, [...(documents.get(id) ?? []), post]);
  }
  return [...documents.values()].map((batches) => {
    batches.sort((a, b) => a.message.sequence - b.message.sequence);
    const gap = batches.find(({ message }, index) => message.sequence !== index);
    if (gap) throw new Error(`a batch is missing before sequence ${gap.message.sequence}`);
    return batches.map(({ bytes }) => bytes);
  });
}

const chosen = process.argv.slice(2);
mkdirSync(RECORDINGS, { recursive: true });
const browsers = await startBrowsers();
try {
  for (const visitor of [...VISITORS, STUDENT]) {
    if (chosen.length > 0 && !chosen.includes(visitor.name)) continue;
    const documents = documentsOf(await visit(visitor, browsers));
    for (const name of recordingNames()) {
      if (name.startsWith(`${visitor.name}-`)) rmSync(`${RECORDINGS}/${name}`);
    }
    documents.forEach((batches, index) => {
      const name = `${visitor.name}-${index + 1}.entries`;
      const recording = putTogether(batches);
      writeFileSync(`${RECORDINGS}/${name}`, recording);
      console.log(`${name}: ${batches.length} batches, ${recording.length} bytes`);
    });
  }
} finally {
  await browsers.close();
}
