// Serves scenario pages. "/both.js" is the reference library, the drop-in, the recorder and the agent in one script, so
// that all register in the same task.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { createCapture } from "../support/capture.mjs";
import { inRepository } from "../support/paths.mjs";
import { readBody, routes, startServer } from "../support/static-server.mjs";
import { agentFiles, serveAgent } from "./agent_files.mjs";

const STYLE = `body { font: 16px/1.5 "Liberation Sans", sans-serif; margin: 20px }`;
const PAGE_HEADERS = { "content-type": "text/html; charset=utf-8" };

/** An ES module as a script that sets a global. */
async function asScript(code, globalName) {
  const { outputFiles } = await build({
    stdin: { contents: code },
    bundle: true,
    format: "iife",
    globalName,
    write: false,
    target: "es2021",
    logLevel: "error",
  });
  return outputFiles[0].text.replace(`var ${globalName}`, `window.${globalName}`);
}

/** The four parts; the agent's last, because it reads its options from the running script. */
async function bothScript() {
  const files = await agentFiles();
  const dropIn = String(files.get("paceline-web-vitals-attribution.esm.js"));
  const parts = [
    await readFile(
      inRepository("node_modules/web-vitals/dist/web-vitals.attribution.iife.js"),
      "utf8",
    ),
    await asScript(dropIn, "pacelineVitals"),
    await readFile(new URL("recorder.js", import.meta.url), "utf8"),
    String(files.get("paceline.js")),
  ];
  return parts.join("\n;");
}

function attributesOf({ options, only }) {
  const json = JSON.stringify(options ?? {}).replace(/"/g, "&quot;");
  const soft = options?.reportSoftNavs ? ' data-soft-navigations="true"' : "";
  return `data-site="academy" data-options="${json}"${soft}${only ? ` data-only="${only}"` : ""}`;
}

/** @param {import("./scenario.mjs").Scenario} scenario */
export function pageOf(scenario) {
  const tag = `<script src="/both.js" ${attributesOf(scenario)}></script>`;
  const { head = "", body = "", isLate = false } = scenario;
  // A late tag comes when the page calls for it: window.loadBoth().
  const late = `<script>window.loadBoth = () => new Promise((done) => {
      const template = document.createElement("template");
      template.innerHTML = ${JSON.stringify(tag).replace(/</g, "\\u003c")};
      const script = document.createElement("script");
      for (const { name, value } of template.content.firstChild.attributes) script.setAttribute(name, value);
      script.onload = done;
      document.head.append(script);
    });</script>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test</title>
    ${isLate ? late : tag}<style>${STYLE}</style>${head}</head><body>${body}</body></html>`;
}

/**
 * @param {readonly import("./scenario.mjs").Scenario[]} scenarios served as /s/<name>
 * @returns {Promise<{origin: string, other: string, capture: import("../support/capture.mjs").Capture,
 *     recordsOf: (name: string) => Promise<string>, close: () => Promise<void>}>}
 */
export async function startExactSite(scenarios) {
  const capture = createCapture();
  const both = await bothScript();
  const named = new Map(scenarios.map((scenario) => [`/s/${scenario.name}`, scenario]));
  const handler = async (request, path) => {
    const scenario = named.get(path);
    if (!scenario) return undefined;
    const answer = scenario.answer?.(request);
    if (answer) return answer;
    if (scenario.serverMs) await new Promise((done) => setTimeout(done, scenario.serverMs));
    return { headers: { ...PAGE_HEADERS, ...scenario.headers }, body: pageOf(scenario) };
  };
  const files = async (request, path) => {
    for (const scenario of scenarios) {
      const file = scenario.files?.[path];
      if (file === undefined) continue;
      const { body, delayMs = 0, headers = {} } = typeof file === "string" ? { body: file } : file;
      if (delayMs) await new Promise((done) => setTimeout(done, delayMs));
      return routes({ [path]: { body, headers } })(request, path);
    }
    return undefined;
  };
  const shared = routes({
    "/both.js": { headers: { "cache-control": "max-age=600" }, body: both },
    "/favicon.ico": { status: 204 },
    "/next": "<!doctype html><title>next</title><p>next",
  });
  const { handler: prerendering, recordsOf } = createPrerendering();
  const server = await startServer([
    capture.handler,
    prerendering,
    handler,
    files,
    shared,
    serveAgent,
  ]);
  const other = await startServer([files]);
  return {
    origin: server.origin,
    other: other.origin,
    capture,
    recordsOf,
    close: async () => {
      await server.close();
      await other.close();
    },
  };
}

// "/prerender/<name>" has the browser prerender the scenario's page, and goes there when that is ready and waits. The
// page then leaves for "/told/<name>", which sends what was recorded.
function createPrerendering() {
  const waiting = new Map();
  const promiseOf = (key) => {
    if (!waiting.has(key)) {
      let settle;
      const promise = new Promise((done) => (settle = done));
      waiting.set(key, { promise, settle });
    }
    return waiting.get(key);
  };
  const handler = async (request, path) => {
    const [, step, name] = path.split("/");
    if (step === "prerender") return { headers: PAGE_HEADERS, body: prerenderingPage(name) };
    if (step === "when-prerendered") {
      await promiseOf(`ready ${name}`).promise;
      return { status: 204 };
    }
    if (step === "is-prerendered") {
      promiseOf(`ready ${name}`).settle();
      return { status: 204 };
    }
    if (step === "told") return { headers: PAGE_HEADERS, body: tellingPage(name) };
    if (step === "records") {
      promiseOf(name).settle((await readBody(request)).toString());
      return { status: 204 };
    }
    return undefined;
  };
  return { handler, recordsOf: (name) => promiseOf(name).promise };
}

const prerenderingPage = (name) => `<!doctype html><title>before</title><p>Before</p>
  <script type="speculationrules">${JSON.stringify({
    prerender: [{ source: "list", urls: [`/s/${name}`], eagerness: "immediate" }],
  })}</script>
  <script>fetch("/when-prerendered/${name}").then(() => { location.href = "/s/${name}"; });</script>`;

const tellingPage = (name) => `<!doctype html><title>after</title><p>After</p><script>
  fetch("/records/${name}", { method: "POST", body: sessionStorage.getItem("records") });</script>`;
