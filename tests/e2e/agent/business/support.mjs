// What the tests of routes, journeys and conversions share: a site with rules in its collector's configuration, and the
// calls that pages make.
import { startSite } from "../harness.mjs";
import { pageOf, toldBy, visitor } from "../features/support.mjs";

export { ofKind, pageOf, toldBy } from "../features/support.mjs";

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
  return posts.flatMap(({ message: { entries = [], strings } }) =>
    entries
      .filter(({ entry }) => entry.case === "call" && strings[entry.value.nameRef - 1] === name)
      .map(({ entry }) => entry.value.argumentRefs.map((ref) => (ref ? strings[ref - 1] : ""))),
  );
}

/** What the last batch says of visitor and page, by key. */
export function tagsOf(posts) {
  const { context, strings } = posts.at(-1).message;
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
