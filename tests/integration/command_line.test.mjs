// What a newcomer meets first: help, settings and their errors, the demo.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { post, query, encodeBeacon, run, sampleBeacon, startCollector, until } from "./support.mjs";

test("help tells a newcomer the first day", async () => {
  const { code, stdout } = await run(["--help"]);
  assert.equal(code, 0);
  for (const word of ["paceline demo", "paceline serve", "<script async", "verify", "config"]) {
    assert.ok(stdout.includes(word), word);
  }
  for (const command of ["serve", "demo", "verify", "rebuild", "config"]) {
    const help = await run([command, "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--help/);
  }
  assert.match((await run(["--version"])).stdout, /^paceline \d+\.\d+\.\d+/);
  assert.notEqual((await run([])).code, 0);
  assert.notEqual((await run(["serve", "--htpt", "x"])).code, 0);
});

test("a bad setting is refused with its place and what would be right", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "paceline-config-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "paceline.yaml");
  const check = async (text, args = [], env = {}) => {
    await writeFile(file, text);
    return run(["config", "check", "--config", file, ...args], { env });
  };

  const unknown = await check("http: 127.0.0.1:0\nlimits:\n  conections: 5\n");
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /paceline\.yaml:3: unknown setting 'limits\.conections'; did you mean 'limits\.connections'/,
  );
  const range = await check("\nlimits: {connections: 0}\n");
  assert.match(range.stderr, /paceline\.yaml:2: .*'0' is not a whole number from 1 to/);
  const variable = await check("", [], { PACELINE_LIMITS_CONNECTIONS: "many" });
  assert.match(variable.stderr, /PACELINE_LIMITS_CONNECTIONS: 'many'/);
  const flag = await check("", ["--http", "8080"]);
  assert.match(flag.stderr, /--http: '8080' is not an address.*127\.0\.0\.1:8080/);
  const missing = await run(["config", "check", "--config", join(folder, "none.yaml")]);
  assert.match(missing.stderr, /none\.yaml: cannot be read/);

  const right = await check(
    "limits: {connections: 10}\nauth: {token: 0123456789abcdef}\n",
    ["--limits-connections", "30"],
    { PACELINE_LIMITS_CONNECTIONS: "20" },
  );
  assert.equal(right.code, 0, right.stderr);
  assert.match(right.stdout, /^limits\.connections: 30$/m, "a flag wins over a variable");
  assert.match(right.stdout, /^auth\.token: \(set\)$/m);
  assert.ok(!right.stdout.includes("0123456789abcdef"), "a secret is not printed");
});

test("without sites it starts, warns, and says how to add one", async (t) => {
  const collector = await startCollector();
  t.after(() => collector.remove());
  await until(() => collector.log().includes("--site KEY"));
  const refused = await post(`${collector.http}/v1/beacon`, encodeBeacon(sampleBeacon()));
  assert.equal(refused.status, 404);
  assert.match(await refused.text(), /--site|sites/);
});

test("the demo serves the site with the agent and the ingest first-party", async (t) => {
  const collector = await startCollector({ command: "demo" });
  t.after(() => collector.remove());
  const { site } = collector.addresses;
  const page = await fetch(`${site}/`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.match(await page.text(), /data-site="academy"/);
  const agent = await fetch(`${site}/agent/paceline.js`);
  assert.equal(agent.status, 200);
  assert.equal(agent.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(agent.headers.get("cache-control"), "public, max-age=300");
  const unchanged = await fetch(`${site}/agent/paceline.js`, {
    headers: { "If-None-Match": agent.headers.get("etag") },
  });
  assert.equal(unchanged.status, 304);

  assert.equal((await post(`${site}/v1/beacon`, encodeBeacon(sampleBeacon()))).status, 204);
  const { sites } = await query(collector.http, "sites");
  assert.deepEqual(sites, ["academy"]);
  assert.equal((await fetch(`${site}/api/v1/sites`)).status, 404, "private routes stay private");

  const dashboard = await fetch(collector.http);
  assert.equal(dashboard.status, 200);
  assert.match(dashboard.headers.get("content-security-policy"), /default-src 'self'/);
});
