// Which clicks are taken for dead, and which never: what visitors do all day must not look like frustration.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "../../support/browser.mjs";
import { measure, startSite } from "../harness.mjs";
import { ANSWERED, DEAD, EXCUSED } from "./click_scenarios.mjs";
import { isHidden, ofKind, pageOf, visitor } from "./support.mjs";

const FLAGS = [
  "edits",
  "selects",
  "media",
  "repeats",
  "selectsText",
  "modified",
  "ignored",
  "inert",
];
const PATIENCE_MS = 400;

const bodyOf = (scenarios) => `<h2 id="part-two">Part two</h2>
  ${Object.entries(scenarios)
    .map(([id, { html = `<button id="${id}">${id}</button>` }]) => `<div>${html}</div>`)
    .join("\n")}
  <input id="field"><input type="checkbox" id="box"><p id="quote">quote</p><video id="movie"></video>
  <p id="hint" popover>hint</p>
  <div id="pane" style="height: 40px; overflow: auto"><p style="height: 200px">pane</p></div>
  <div style="height: 4000px"></div>
  <script type="module">
    const byId = (id) => document.getElementById(id);
    customElements.define("shadow-counter", class extends HTMLElement {
      constructor() {
        super();
        const root = this.attachShadow({ mode: "open" });
        root.innerHTML = "<button>0</button>";
        root.firstChild.addEventListener("click", (event) => event.target.textContent++);
      }
    });
    ${Object.entries(scenarios)
      .filter(([, { js }]) => js)
      .map(([id, { js }]) => `byId("${id}").addEventListener("click", (event) => { ${js} });`)
      .join("\n")}
  </script>`;
const attributes = `data-click-patience-ms="${PATIENCE_MS}"`;

let browser, site, context;
const { open } = visitor(() => ({ browser, site }));
const held = new Set();
before(async () => {
  browser = await launchBrowser();
  // Tall, so that nothing has to be scrolled to: scrolling is a sign.
  context = await browser.newContext({ viewport: { width: 1000, height: 2500 } });
  const neverAnswers = (_request, path) =>
    path === "/api/slow" ? new Promise((resolve) => held.add(resolve)) : undefined;
  site = await startSite(
    {
      "/dead": pageOf(bodyOf(DEAD), { attributes }),
      "/answered": pageOf(bodyOf(ANSWERED), { attributes }),
      "/excused": pageOf(bodyOf(EXCUSED), { attributes }),
      "/text": pageOf(
        `<p id="words">Some words in a paragraph.</p><button disabled id="full">Full</button>
         <span role="button" aria-disabled="true" id="gone">Gone</span><a id="link" href="/next">Link</a>
         <div style="cursor: pointer" id="outer"><button disabled id="inner">Inner</button></div>`,
        { attributes },
      ),
      "/leaving": pageOf(
        `<button id="leave" onclick="location.assign('/api/slow')">Leave</button>`,
        { attributes },
      ),
      "/judged": pageOf(`<span class="carousel"><button id="next">Next</button></span>`, {
        // Carousels are judged here as everything else.
        attributes: `${attributes} data-click-rules="0,0,0,0,16"`,
      }),
    },
    [neverAnswers],
  );
});
after(async () => {
  for (const answer of held) answer({ status: 204 });
  await browser?.close();
  await site?.close();
});

async function click(page, selector, options) {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2, options);
}

/** The agent has made up its mind: its timers are older, and shorter. */
const patience = (page) =>
  page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), PATIENCE_MS + 50);

const clicksOf = (told) => ofKind(told, "click").map(({ value }) => value);
const deadOf = (told) => ofKind(told, "clickResponse").map(({ value }) => value);
const flagsOf = ({ flags }) => FLAGS.filter((_, index) => flags & (2 << index));

/** What the core makes of a page's clicks. */
async function verdicts(from) {
  const [pageViews] = await measure(site.capture.posts.slice(from));
  return pageViews
    .flatMap(({ events }) => events.map((event) => event.case))
    .filter((name) => name === "rageClick" || name === "deadClick");
}

test("C8: a click that nothing comes of is dead", async () => {
  const { page, errors, told } = await open("/dead", { context });
  for (const id of Object.keys(DEAD)) {
    await click(page, `#${id}`);
    await patience(page);
  }
  const all = await told(isHidden);
  const dead = deadOf(all);
  assert.deepEqual(
    dead.map(({ target }) => target),
    Object.keys(DEAD).map((id) => `#${id}`),
  );
  const clicks = clicksOf(all);
  for (const [index, { at100us, response100us, flags }] of dead.entries()) {
    assert.deepEqual([at100us, response100us, flags], [clicks[index].at100us, 0, 0]);
  }
  assert.deepEqual(errors, []);
  await page.close();
});

test("C8: a click that anything comes of is not dead", async () => {
  const { page, told } = await open("/answered", { context });
  page.on("dialog", (dialog) => setTimeout(() => dialog.accept(), 300));
  page.on("popup", (popup) => popup.close());
  for (const id of Object.keys(ANSWERED)) {
    await click(page, `#${id}`);
    await patience(page);
  }
  const all = await told(isHidden);
  assert.deepEqual(
    deadOf(all).map(({ target }) => target),
    [],
  );
  const clicked = new Set(clicksOf(all).map(({ target }) => target));
  assert.ok(clicked.size >= Object.keys(ANSWERED).length, `${clicked.size} were clicked`);
  await page.close();
});

test("C8: a click that leads to a page that takes its time is not dead", async () => {
  const { page, told } = await open("/leaving", { context });
  held.clear();
  await click(page, "#leave");
  while (!held.size) await new Promise((resolve) => setTimeout(resolve, 20));
  // Longer than the agent is patient. The page cannot be asked any more.
  await new Promise((resolve) => setTimeout(resolve, 2 * PATIENCE_MS));
  for (const answer of held) answer({ body: "<!doctype html><p>here at last" });
  const all = await told(isHidden, { hide: false });
  assert.deepEqual(deadOf(all), []);
  assert.equal(clicksOf(all).length, 1);
  await page.close();
});

test("C8: carets, selects, videos, carousels and steppers are clicked again and again", async () => {
  const { page, told } = await open("/excused", { context });
  const from = site.capture.posts.length;
  const expected = [];
  for (const [name, { html, flag, times = 3 }] of Object.entries(EXCUSED)) {
    const id = /\bid="([\w-]+)"/.exec(html)[1];
    for (let i = 0; i < times; i++) await click(page, `#${id}`);
    expected.push([name, id, flag]);
  }
  await patience(page);
  const all = await told(isHidden);
  assert.deepEqual(deadOf(all), []);
  for (const [name, id, flag] of expected) {
    const clicks = clicksOf(all).filter(({ target }) => target.startsWith(`#${id}`));
    assert.ok(clicks.length > 0, name);
    for (const one of clicks) assert.ok(flagsOf(one).includes(flag), `${name}: ${flagsOf(one)}`);
  }
  assert.deepEqual(await verdicts(from), []);
  await page.close();
});

test("C8: words are selected, disabled things tried, links opened elsewhere", async () => {
  const { page, told } = await open("/text", { context });
  const from = site.capture.posts.length;
  await click(page, "#words", { clickCount: 2 });
  await click(page, "#words", { clickCount: 3 });
  for (let i = 0; i < 3; i++) {
    for (const id of ["full", "gone", "inner"]) await click(page, `#${id}`);
  }
  await page.keyboard.down("Control");
  await click(page, "#link");
  await page.keyboard.up("Control");
  await patience(page);
  const all = await told(isHidden);
  assert.deepEqual(deadOf(all), []);
  const selecting = clicksOf(all).filter((one) => flagsOf(one).includes("selectsText"));
  assert.ok(selecting.length >= 3, `${selecting.length} clicks selected words`);
  const modified = clicksOf(all).filter((one) => flagsOf(one).includes("modified"));
  assert.deepEqual(
    modified.map(({ target }) => target),
    ["#link"],
  );
  assert.ok(!(await verdicts(from)).includes("deadClick"));
  await page.close();
});

test("C8: word after word is selected by double clicks", async () => {
  const { page, told } = await open("/text", { context });
  const from = site.capture.posts.length;
  // The first click of each takes back the selection before, and selects nothing yet.
  for (const x of [10, 60, 110]) await page.dblclick("#words", { position: { x, y: 10 } });
  await patience(page);
  const clicks = clicksOf(await told(isHidden));
  assert.deepEqual(
    clicks.map((one) => flagsOf(one).includes("selectsText")),
    [false, true, false, true, false, true],
  );
  assert.deepEqual(await verdicts(from), []);
  await page.close();
});

test("C8: an impatient visitor's clicks are rage, and dead", async () => {
  const { page, told } = await open("/dead", { context });
  const from = site.capture.posts.length;
  for (let i = 0; i < 4; i++) await click(page, "#plain-button");
  await patience(page);
  const all = await told(isHidden);
  assert.equal(deadOf(all).length, 4);
  const found = await verdicts(from);
  assert.equal(found.filter((name) => name === "rageClick").length, 1);
  assert.equal(found.filter((name) => name === "deadClick").length, 4);
  await page.close();
});

test("C8: the site may have carousels judged like everything else", async () => {
  const { page, told } = await open("/judged", { context });
  await click(page, "#next");
  await patience(page);
  const [dead] = deadOf(await told(isHidden));
  assert.deepEqual([dead.target, flagsOf(dead)], ["#next", ["repeats"]]);
  await page.close();
});
