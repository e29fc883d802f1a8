// What a page may carry: nothing, our agent, or one of its peers, each set up as its documentation says for a page that
// wants vitals, errors and page views.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { inRepository } from "../../tests/e2e/support/paths.mjs";

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {string} tag what stands in the head instead of the academy's own tag
 * @property {Record<string, string>} files path → script, besides what the agent's folder has
 * @property {(url: string) => boolean} isScript is a script of this address part of it?
 */

// The reference library as its documentation wires it up: one queue, sent when the page is hidden.
const WEB_VITALS_BEACON = `
  const queue = new Set();
  const add = (metric) => queue.add(metric);
  webVitals.onCLS(add); webVitals.onINP(add); webVitals.onLCP(add); webVitals.onFCP(add); webVitals.onTTFB(add);
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || queue.size === 0) return;
    const body = JSON.stringify([...queue].map(({ name, value, delta, rating, id, navigationType, attribution }) => ({
      name, value, delta, rating, id, navigationType,
      target: attribution.target ?? attribution.interactionTarget ?? attribution.largestShiftTarget,
    })));
    navigator.sendBeacon("/peer/collect", body);
    queue.clear();
  });`;

const FARO_START = `
  GrafanaFaroWebSdk.initializeFaro({
    url: new URL("/peer/collect", location.href).href,
    app: { name: "academy", version: "1.0.0", environment: "bench" },
  });`;

// The plugins of Boomerang's flavour "default", with errors.
const BOOMERANG_PLUGINS = [
  "rt",
  "painttiming",
  "navtiming",
  "restiming",
  "mobile",
  "memory",
  "compression",
  "errors",
  "mq",
  "eventtiming",
  "bfcache",
];
const BOOMERANG_START = `
  BOOMR.init({ beacon_url: new URL("/peer/collect", location.href).href, beacon_type: "POST" });`;

/** @returns {Promise<Variant[]>} */
export async function loadVariants() {
  return [
    { name: "none", tag: "", files: {}, isScript: () => false },
    {
      name: "paceline",
      tag: `<script async src="/agent/paceline.js" data-site="academy"></script>`,
      files: {},
      isScript: (url) => url.includes("/agent/") || url.startsWith("wasm://"),
    },
    peer("web-vitals", [
      await read("web-vitals/dist/web-vitals.attribution.iife.js"),
      WEB_VITALS_BEACON,
    ]),
    peer("faro", [
      await minified([await read("@grafana/faro-web-sdk/dist/bundle/faro-web-sdk.iife.js")]),
      FARO_START,
    ]),
    peer("boomerang", [
      await minified([
        await read("boomerangjs/boomerang.js"),
        ...(await Promise.all(
          BOOMERANG_PLUGINS.map((name) => read(`boomerangjs/plugins/${name}.js`)),
        )),
        // The last of every build of Boomerang: it says that all plugins are there.
        await read("boomerangjs/plugins/zzz-last-plugin.js"),
      ]),
      BOOMERANG_START,
    ]),
  ];
}

/** @returns {Variant} */
function peer(name, scripts) {
  const path = `/peer/${name}.js`;
  return {
    name,
    tag: `<script async src="${path}"></script>`,
    files: { [path]: `(function(){${scripts.join("\n;")}\n})();` },
    isScript: (url) => url.includes(path),
  };
}

const read = (path) => readFile(inRepository(`node_modules/${path}`), "utf8");

async function minified(scripts) {
  const { code } = await transform(scripts.join("\n;"), { minify: true, legalComments: "none" });
  return code;
}
