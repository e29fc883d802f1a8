// What the tests of routes, journeys and conversions share: a site with rules in its collector's configuration, and the
// calls that pages make.
import { setVisibility } from "../../support/browser.mjs";
import { startSite } from "../harness.mjs";
import { pageOf, toldBy as toldByPosts, visitor } from "../features/support.mjs";

export { ofKind, pageOf } from "../features/support.mjs";

/** Each post once, however often it was sent, and in the order in which the documents sealed them. */
export function sealed(posts) {
  const found = new Map();
  for (const post of posts) {
    const { documentId, sequence, originUnixMs } = post.message;
    const key = `${Buffer.from(documentId).toString("hex")} ${sequence}`;
    if (!found.has(key)) found.set(key, { post, order: [Number(originUnixMs), sequence] });
  }
  return [...found.values()]
    .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1])
    .map(({ post }) => post);
}

/** What posts tell, each thing once. */
export function toldBy(posts) {
  return toldByPosts(sealed(posts));
}

/** A page, by default without WebAssembly, so that what it saw arrives as it was seen. */
export function page(body, options) {
  return pageOf(body, options);
}

/** A site whose collector has this configuration. */
export function siteWith(pages, config) {
  return startSite(pages, [
    async (_request, path) =>
      path === "/v1/config" && config
        ? { headers: { "content-type": "application/json" }, body: JSON.stringify(config) }
        : undefined,
  ]);
}

// Runs in the page: says when the configuration has come, or not, and its rules are at work.
function watchConfiguration() {
  const { fetch } = window;
  window.fetch = async (...args) => {
    const isConfiguration = String(args[0]).includes("/v1/config");
    const response = await fetch(...args).finally(() => {
      if (isConfiguration) setTimeout(() => setTimeout(() => (window.isConfigured ??= true), 50));
    });
    return response;
  };
  const { json } = Response.prototype;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    if (this.url.includes("/v1/config")) {
      window.isConfigured = false;
      setTimeout(() => (window.isConfigured = true));
    }
    return value;
  };
}

/** As `visitor`, but a page is open when its rules are at work. */
export function business(get) {
  const { open } = visitor(get);
  return {
    async open(path, { context, init = () => undefined } = {}) {
      const own = context ?? (await get().browser.newContext());
      const opened = await open(path, {
        context: own,
        init: `(${watchConfiguration})(); (${init})()`,
      });
      await rulesWork(opened.page);
      return { ...opened, context: own };
    },
  };
}

export function rulesWork(page) {
  return page.waitForFunction(() => window.isConfigured === true, undefined, { timeout: 30_000 });
}

/** Calls of one name, in the order in which they were made: their arguments. */
export function callsOf(posts, name) {
  return sealed(posts).flatMap(({ message: { entries = [], strings } }) =>
    entries
      .filter(({ entry }) => entry.case === "call" && strings[entry.value.nameRef - 1] === name)
      .map(({ entry }) => entry.value.argumentRefs.map((ref) => (ref ? strings[ref - 1] : ""))),
  );
}

/** Hides the page, and gives what its last batch says of visitor and page, by key. */
export async function tagsOnHiding(site, page) {
  const newest = () => sealed(site.capture.posts).at(-1);
  const before = newest();
  await setVisibility(page, "visible");
  await setVisibility(page, "hidden");
  await site.capture.until(() => newest() !== before);
  const { context, strings } = newest().message;
  const texts = context.tagRefs.map((ref) => strings[ref - 1]);
  return Object.fromEntries(
    texts.flatMap((key, index) => (index % 2 ? [] : [[key, texts[index + 1]]])),
  );
}

/** Page views in the order in which they began: [type, path]. */
export function pageViewsOf(posts) {
  return toldBy(posts)
    .filter(({ kind }) => kind === "pageViewStart")
    .map(({ value }) => [value.navigationType, value.url]);
}
