// The npm package as a user gets it: packed, installed into a fresh Vite project, built, and opened in a real browser.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build } from "vite";
import { launchBrowser } from "../support/browser.mjs";
import { createCapture } from "../support/capture.mjs";
import { inRepository } from "../support/paths.mjs";
import { folder as serveFolder, startServer } from "../support/static-server.mjs";

const run = promisify(execFile);

const MAIN = `
import { init, track } from "@paceline/agent";
import { onLCP } from "@paceline/agent/web-vitals";

init({ site: "academy", endpoint: location.origin });
track("lesson_opened", { lesson: "even-splits" });
onLCP(({ value }) => { document.body.dataset.lcp = String(value); }, { reportAllChanges: true });
document.querySelector("#app").textContent = "Even splits";
`;

const TYPED = `
import { consent, conversion, init, track, type InitOptions } from "@paceline/agent";
import { onINP, type INPMetric } from "@paceline/agent/web-vitals";
import { onCLS } from "@paceline/agent/web-vitals/attribution";

const options: InitOptions = { site: "academy", sampleRate: 0.5 };
init(options);
track("lesson_opened", { lesson: "even-splits" });
conversion("consultation_booked", { value: "120.00", currency: "EUR" });
for (const state of ["granted", "denied", "revoked"] as const) consent(state);
onINP((metric: INPMetric) => console.log(metric.value.toFixed(0), metric.rating));
onCLS(({ attribution }) => console.log(attribution.largestShiftTarget));
// @ts-expect-error: a site is needed.
init({});
`;

let project;
let listing;

before(async () => {
  project = await mkdtemp(join(tmpdir(), "paceline-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project], {
    cwd: inRepository("js-shim"),
  });
  // What prepack prints comes before the listing.
  [listing] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ name: "fresh", private: true, type: "module" }),
  );
  await run(
    "npm",
    ["install", "--offline", "--no-audit", "--no-fund", join(project, listing.filename)],
    {
      cwd: project,
    },
  );
  await writeFile(
    join(project, "index.html"),
    `<!doctype html><title>Fresh</title><main id="app"></main><script type="module" src="/main.js"></script>`,
  );
  await writeFile(join(project, "main.js"), MAIN);
});
after(async () => {
  await rm(project, { recursive: true, force: true });
  // What packing leaves behind.
  for (const left of ["dist", "LICENSE"])
    await rm(inRepository(`js-shim/${left}`), { recursive: true, force: true });
});

const names = () => listing.files.map(({ path }) => path);

test("has the script tag, the module, the lazy part, the WebAssembly, types and licence", () => {
  for (const wanted of [
    /^dist\/paceline\.js$/,
    /^dist\/paceline\.esm\.js$/,
    /^dist\/paceline-engine-[\da-f]+\.js$/,
    /^dist\/paceline-core-[\da-f]+\.wasm$/,
    /^dist\/paceline-gtag-[\da-f]+\.js$/,
    /^dist\/paceline-react\.esm\.js$/,
    /^dist\/paceline-web-vitals\.esm\.js$/,
    /^dist\/types\/index\.d\.ts$/,
    /^README\.md$/,
    /^LICENSE$/,
  ]) {
    assert.ok(
      names().some((name) => wanted.test(name)),
      `no ${wanted}:\n${names().join("\n")}`,
    );
  }
});

test("has a map beside every script", () => {
  const scripts = names().filter((name) => name.endsWith(".js"));
  assert.ok(scripts.length >= 7);
  const without = scripts.filter((name) => !names().includes(`${name}.map`));
  assert.deepEqual(without, []);
});

test("holds nothing that belongs to the workshop", () => {
  const stray = names().filter((name) => /^(src|build)|\.test\.|tsconfig/.test(name));
  assert.deepEqual(stray, []);
});

test("says the hash of what a page may pin (SRI)", async () => {
  const installed = join(project, "node_modules/@paceline/agent/dist");
  const integrity = JSON.parse(await readFile(join(installed, "integrity.json"), "utf8"));
  for (const name of Object.keys(integrity)) {
    const hash = createHash("sha384")
      .update(await readFile(join(installed, name)))
      .digest("base64");
    assert.equal(integrity[name], `sha384-${hash}`, name);
  }
  assert.ok(integrity["paceline.js"]);
});

test("works in a fresh Vite project: lazy part and WebAssembly are found, beacons arrive", async () => {
  await build({ root: project, configFile: false, logLevel: "error", build: { outDir: "out" } });
  const capture = createCapture();
  const server = await startServer([capture.handler, serveFolder(join(project, "out"))]);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(server.origin);
    await page.waitForLoadState("networkidle");
    await page.goto("about:blank");
    const posts = await capture.until((all) => all.some(({ kind }) => kind === "beacon"));
    const events = posts.flatMap(({ kind, message }) => (kind === "beacon" ? message.events : []));
    assert.ok(events.some(({ event }) => event.case === "vital"));
    assert.ok(events.some(({ event }) => event.case === "call"));
    assert.deepEqual(errors, []);
    assert.deepEqual(capture.preflights, []);
  } finally {
    await browser.close();
    await server.close();
  }
});

test("its types say what is meant", async () => {
  await mkdir(join(project, "typed"), { recursive: true });
  await writeFile(join(project, "typed/main.ts"), TYPED);
  const options = {
    noEmit: true,
    strict: true,
    module: "esnext",
    moduleResolution: "bundler",
    target: "es2022",
    lib: ["es2022", "dom"],
    types: [],
  };
  await writeFile(
    join(project, "typed/tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["main.ts"] }),
  );
  await run(process.execPath, [
    inRepository("node_modules/typescript/bin/tsc"),
    "-p",
    join(project, "typed"),
  ]).catch((error) => assert.fail(error.stdout));
});
