// Checkouts elsewhere: what leads there carries the session's reference.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, setVisibility } from "../../support/browser.mjs";
import { business, page as pageOf, sealed, siteWith } from "./support.mjs";

let browser, site;
let asked = [];
const { open } = business(() => ({ browser, site }));
before(async () => {
  // A tab's first request passes by what a test can intercept.
  browser = await launchBrowser({
    args: ["--host-resolver-rules=MAP pay.checkout.example 127.0.0.1"],
  });
  site = await siteWith(
    {
      "/": pageOf(`
        <a id="own" href="/next">own</a>
        <a id="other" href="https://elsewhere.example/other">other</a>
        <a id="stripe" href="https://buy.stripe.com/pay?prefilled=a%20b&amp;sig=x%2By#top"><b>Pay</b></a>
        <a id="calendly" href="https://calendly.com/dawn?utm_content=own">Book</a>
        <a id="shop" target="_blank" >Shop</a>
        <script>document.querySelector("#shop").href = "http://pay.checkout.example:" + location.port + "/next"</script>
        <form id="get" action="https://pay.checkout.example/get?lost=1"><input name="q" value="1"><button>Go</button></form>
        <form id="post" method="post" action="https://pay.checkout.example/post">
          <input name="action" value="buy"><input name="paceline_ref" value="own"><button>Go</button></form>
        <form id="here" action="/next"><input name="q"><button>Go</button></form>`),
    },
    { checkoutHosts: ["buy.stripe.com", "calendly.com", "checkout.example"] },
  );
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function openPage() {
  asked = [];
  const context = await browser.newContext();
  // The checkouts of others.
  await context.route(/^https:/, async (route) => {
    const request = route.request();
    asked.push({ url: new URL(request.url()), body: request.postData() });
    await route.fulfill({ contentType: "text/html", body: "<p>checkout" });
  });
  const { page, errors } = await open("/", { context });
  // The id of the session, as every batch has it.
  const reference = await page.evaluate(() => paceline.reference());
  assert.match(reference, /^[\da-f]{32}$/);
  return { page, context, errors, reference };
}

async function arrival(path) {
  for (let i = 0; i < 600; i++) {
    const found = asked.find(({ url }) => url.pathname === path);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nobody came to ${path}`);
}

test("S8: links carry the reference, under the names that checkouts hand on", async () => {
  const { page, reference, errors } = await openPage();
  assert.ok(!(await page.content()).includes(reference), "not before they are followed");
  await page.click("#stripe b");
  const { url } = await arrival("/pay");
  assert.equal(url.searchParams.get("paceline_ref"), reference);
  assert.equal(url.searchParams.get("client_reference_id"), reference);
  assert.ok(url.search.startsWith("?prefilled=a%20b&sig=x%2By&"), url.search);
  assert.deepEqual(errors, []);
});

test("S8: what the site has set stays", async () => {
  const { page, reference } = await openPage();
  await page.focus("#calendly");
  await page.keyboard.press("Enter");
  const { url } = await arrival("/dawn");
  assert.equal(url.searchParams.get("utm_content"), "own");
  assert.equal(url.searchParams.get("paceline_ref"), reference);
});

test("S8: subdomains and other tabs, and each reference once", async () => {
  const { page, context, reference } = await openPage();
  const opened = context.waitForEvent("page");
  await page.click("#shop", { button: "middle" });
  const tab = await opened;
  await tab.waitForLoadState();
  const url = new URL(tab.url());
  assert.deepEqual([...url.searchParams], [["paceline_ref", reference]]);
});

test("S8: forms carry it as a field, whatever their fields are called", async () => {
  const { page, reference } = await openPage();
  await page.click("#get button");
  const { url } = await arrival("/get");
  assert.deepEqual(
    [...url.searchParams],
    [
      ["q", "1"],
      ["paceline_ref", reference],
    ],
  );
  const { page: other } = await openPage();
  await other.click("#post button");
  assert.equal((await arrival("/post")).body, "action=buy&paceline_ref=own");
});

test("S8: other links and forms stay as they are", async () => {
  const { page } = await openPage();
  await page.evaluate(() => {
    for (const link of document.querySelectorAll("#own, #other"))
      link.addEventListener("click", (event) => event.preventDefault());
  });
  await page.click("#own");
  await page.click("#other");
  assert.equal(await page.getAttribute("#own", "href"), "/next");
  assert.ok((await page.getAttribute("#other", "href")).endsWith("/other"));
  await page.click("#here button");
  await page.waitForURL("**/next**");
  assert.equal(new URL(page.url()).search, "?q=");
});

test("S8: the reference is the session's id, also for a checkout that the site's own server opens", async () => {
  const { page, reference } = await openPage();
  const from = site.capture.posts.length;
  await setVisibility(page, "hidden");
  const posts = await site.capture.until((all) => all.length > from);
  assert.equal(Buffer.from(sealed(posts).at(-1).message.sessionId).toString("hex"), reference);
});
