// The raw path: what leaves the page when the engine is blocked, late or missing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../support/browser.mjs";
import { pageWithTag, startSite } from "./harness.mjs";

// Without 'wasm-unsafe-eval', no page can compile WebAssembly.
const STRICT = { "content-security-policy": "default-src 'self'; script-src 'self'" };

const CONTENT = `<main id="lesson"><h1>Watercolour, week one</h1>
  <button class="buy primary">Book</button></main>`;

let browser, site;
before(async () => {
  browser = await launchBrowser();
  site = await startSite({
    "/strict": { headers: STRICT, body: pageWithTag(CONTENT) },
    "/open": pageWithTag(CONTENT),
  });
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function open(path, prepare) {
  const page = await browser.newPage();
  await prepare?.(page);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(site.origin + path);
  return { page, errors };
}

const entriesOf = (posts) =>
  posts.filter(({ kind }) => kind === "entries").flatMap(({ message }) => message.entries);
const kinds = (posts) => entriesOf(posts).map(({ entry }) => entry.case);

test("sends everything raw on hiding under a policy that blocks WebAssembly", async () => {
  const { page, errors } = await open("/strict");
  const { capture } = site;
  await page.click("button");
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
  await page.waitForFunction(() => window.paceline?.vitals);
  await setVisibility(page, "hidden");
  const posts = await capture.until((all) => kinds(all).includes("visibilityChange"));

  for (const expected of [
    "pageViewStart",
    "navigation",
    "paint",
    "largestContentfulPaint",
    "click",
  ]) {
    assert.ok(kinds(posts).includes(expected), `${expected} in ${kinds(posts)}`);
  }
  assert.equal(kinds(posts)[0], "pageViewStart");
  assert.ok(posts.every(({ kind }) => kind === "entries"));
  const [{ message, headers }] = posts;
  assert.equal(message.site, "academy");
  assert.equal(message.sessionId.length, 16);
  assert.equal(message.documentId.length, 8);
  assert.equal(message.sequence, 0);
  assert.equal(message.sampleRatePpm, 1_000_000);
  assert.ok(message.context.viewportWidth > 0);
  const clicked = posts.find((post) => kinds([post]).includes("click"));
  const click = entriesOf([clicked]).find(({ entry }) => entry.case === "click").entry.value;
  assert.equal(clicked.message.strings[click.targetRef - 1], "#lesson>button.buy.primary");
  assert.ok(!headers["content-type"] || headers["content-type"].startsWith("text/plain"));
  assert.deepEqual(errors, []);
  assert.deepEqual(capture.preflights, []);
  await page.close();
});

test("sends what it has when the visitor leaves before the engine could be there", async () => {
  const from = site.capture.posts.length;
  // The WebAssembly is under way for as long as the page lives.
  const { page, errors } = await open("/open", (p) => p.route("**/*.wasm", () => undefined));
  await page.evaluate(() => location.assign("/next"));
  const posts = await site.capture.until((all) => all.length > from);
  const mine = posts.slice(from);
  assert.equal(kinds(mine)[0], "pageViewStart");
  assert.ok(kinds(mine).includes("navigation"));
  assert.deepEqual(errors, []);
  await page.close();
});
