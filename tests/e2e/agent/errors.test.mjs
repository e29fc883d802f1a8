// C9: what fails in the page is told once or a few times, without what is personal, and the page's own handling stays.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchBrowser } from "../support/browser.mjs";
import { pageWithTag, startSite } from "./harness.mjs";

const KIND = { uncaught: 1, rejection: 2, resource: 3, reported: 4 };

// Without 'wasm-unsafe-eval': what leaves is what the agent's first part has recorded.
const RAW = { "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline'" };
const CONTENT = `<main id="home"><h1>Academy</h1><button>Go</button></main>
  <script>
    window.heard = [];
    window.onerror = (message) => { heard.push(message); return true; };
    addEventListener("unhandledrejection", ({ reason }) => heard.push(String(reason)));
  </script>`;

describe("C9: errors", () => {
  let browser, site;
  before(async () => {
    browser = await launchBrowser();
    site = await startSite({
      "/raw": { headers: RAW, body: pageWithTag(CONTENT) },
      "/app.js": "function pay() { throw new TypeError('no card of anna@example.com'); }",
    });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Runs `work` in a page with the agent, leaves it, and gives its errors with texts for references. */
  async function errorsOf(work) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const from = site.capture.posts.length;
    await page.goto(`${site.origin}/raw`);
    await page.waitForFunction(() => window.paceline?.track);
    await page.evaluate(work);
    // What the site reports, the lazy part tells.
    await page.waitForFunction(() => window.paceline.vitals);
    const heard = await page.evaluate(() => window.heard);
    await page.goto(`${site.origin}/next`);
    const mine = () => site.capture.posts.slice(from).filter(({ kind }) => kind === "entries");
    await site.capture.until(() =>
      mine().some(({ message }) =>
        message.entries.some(({ entry }) => entry.case === "visibilityChange"),
      ),
    );
    await context.close();
    const errors = mine().flatMap(({ message: { strings, entries } }) => {
      const text = (ref) => (ref ? strings[ref - 1] : "");
      return entries
        .filter(({ entry }) => entry.case === "error")
        .map(({ entry: { value } }) => ({
          kind: value.kind,
          name: text(value.nameRef),
          message: text(value.messageRef),
          source: text(value.sourceRef),
          line: value.line,
          column: value.column,
          stack: text(value.stackRef),
          target: text(value.targetRef),
          attributes: value.attributes.map(({ keyRef, valueRef }) => [
            text(keyRef),
            text(valueRef),
          ]),
        }));
    });
    return { errors, heard };
  }

  test("C9: tells an uncaught error: name, message, place and stack, and the page hears it too", async () => {
    const { errors, heard } = await errorsOf(
      () =>
        new Promise((resolve) => {
          const script = document.createElement("script");
          script.src = "/app.js?session=4f9d2c8a7b6e5d3c";
          script.onload = () => {
            setTimeout(() => window.pay());
            setTimeout(resolve);
          };
          document.head.append(script);
        }),
    );
    assert.equal(errors.length, 1);
    const [{ stack, ...error }] = errors;
    assert.deepEqual(error, {
      kind: KIND.uncaught,
      name: "TypeError",
      message: "no card of :email",
      source: "/app.js",
      line: 1,
      column: 24,
      target: "",
      attributes: [],
    });
    assert.match(stack, /^TypeError: no card of :email/);
    assert.match(stack, /at pay/);
    assert.doesNotMatch(stack, /session|4f9d2c8a7b6e5d3c/);
    assert.deepEqual(heard, ["Uncaught TypeError: no card of anna@example.com"]);
  });

  test("C9: tells unhandled rejections, of errors and of anything else", async () => {
    const { errors, heard } = await errorsOf(async () => {
      Promise.reject(new RangeError("too far"));
      Promise.reject("just a text");
      Promise.reject(undefined);
      await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => setTimeout(resolve));
    });
    assert.deepEqual(
      errors.map(({ kind, name, message }) => [kind, name, message]),
      [
        [KIND.rejection, "RangeError", "too far"],
        [KIND.rejection, "", "just a text"],
        [KIND.rejection, "", ""],
      ],
    );
    assert.equal(heard.length, 3);
  });

  test("C9: tells resources that do not load, with their element", async () => {
    const { errors } = await errorsOf(
      () =>
        new Promise((resolve) => {
          const image = new Image();
          image.className = "portrait";
          image.onerror = () => setTimeout(resolve);
          image.src = "/coach.jpg?token=secret";
          document.querySelector("#home").append(image);
        }),
    );
    assert.equal(errors.length, 1);
    assert.equal(errors[0].kind, KIND.resource);
    assert.equal(errors[0].source, "/coach.jpg");
    assert.equal(errors[0].target, "#home>img.portrait");
  });

  test("C9: tells what the site reports, with bounded attributes", async () => {
    const { errors } = await errorsOf(() => {
      const attributes = Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [`key${i}`, i ? "x" : "to anna@example.com"]),
      );
      window.paceline.error(new Error("declined at https://pay.example/x?card=4111"), attributes);
      window.paceline.push(["error", "a text"]);
    });
    assert.deepEqual(
      errors.map(({ kind, message }) => [kind, message]),
      [
        [KIND.reported, "declined at https://pay.example/x"],
        [KIND.reported, "a text"],
      ],
    );
    assert.equal(errors[0].attributes.length, 10);
    assert.deepEqual(errors[0].attributes[0], ["key0", "to :email"]);
  });

  test("C9: tells the same three times, and twenty of a page view", async () => {
    const { errors } = await errorsOf(() => {
      for (let i = 0; i < 10; ++i) window.paceline.error(new Error("again and again"));
      for (let i = 0; i < 40; ++i) window.paceline.error(new Error(`number ${i}`));
    });
    assert.equal(errors.filter(({ message }) => message === "again and again").length, 3);
    assert.equal(errors.length, 20);
  });
});
