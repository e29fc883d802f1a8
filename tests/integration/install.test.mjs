// `paceline install` prints what has to be put where.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { encodeBeacon, post, run, sampleBeacon, startCollector, until } from "./support.mjs";

const install = (...args) => run(["install", ...args], { cwd: tmpdir() });

test("D9: first-party is what install proposes", async () => {
  const { code, stdout } = await install("--site", "https://www.academy.example/learn/");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^ {3}<script async src="\/agent\/paceline\.js" data-site="academy"><\/script>$/m,
  );
  assert.match(stdout, /script-src 'self' 'wasm-unsafe-eval';/);
  assert.match(stdout, /connect-src 'self';/);
  assert.match(stdout, /location \/agent\/ \{\s+proxy_pass http:\/\/127\.0\.0\.1:8081;/);
  assert.match(stdout, /location \/v1\/ \{/);
  assert.doesNotMatch(stdout, /\/api/, "the private routes stay private");
  assert.match(stdout, /@paceline path \/agent\/\* \/v1\/\*/);
  assert.match(stdout, /origins: \[https:\/\/www\.academy\.example\]/);
  assert.match(stdout, /paceline doctor https:\/\/www\.academy\.example\/learn\//);
});

test("D9: another origin gets its own server with TLS, and a base path is taken off", async () => {
  const { code, stdout } = await install(
    ...["--site", "https://academy.example"],
    ...["--endpoint", "https://rum.example.com/m"],
    ...["--key", "aca"],
  );
  assert.equal(code, 0);
  assert.match(
    stdout,
    /src="https:\/\/rum\.example\.com\/m\/agent\/paceline\.js" data-site="aca" data-endpoint="https:\/\/rum\.example\.com\/m"><\/script>/,
  );
  assert.match(stdout, /script-src https:\/\/rum\.example\.com 'wasm-unsafe-eval';/);
  assert.match(stdout, /listen 443 ssl;\s+server_name rum\.example\.com;\s+ssl_certificate /);
  assert.match(stdout, /location \/m\/v1\/ \{\s+proxy_pass http:\/\/127\.0\.0\.1:8081\/v1\/;/);
  assert.match(stdout, /location \/ \{\s+return 404;/);
  assert.match(stdout, /uri strip_prefix \/m\n/);
});

test("D9: the proxy names the visitor, and the settings believe it", async (t) => {
  const { stdout } = await install("--site", "https://academy.example");
  const forwarded = /^ +proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;$/gm;
  assert.equal(stdout.match(forwarded).length, 2, "in both locations");
  const [, printed] = /\n\n((?: {3}.*\n)+)/.exec(stdout);
  assert.match(printed, /^ {3}trusted_proxies: \[127\.0\.0\.1\]/m);

  const collector = await startCollector({
    config: `${printed.replace(/^ {3}/gm, "")}limits:\n  address_per_second: 1\n`,
    args: ["--public-http", "127.0.0.1:0"],
  });
  t.after(() => collector.remove());
  const open = await until(() => collector.addresses.public);
  // As $proxy_add_x_forwarded_for makes it of what the visitor sends, and of the visitor's address.
  const visit = async (chain) => {
    const headers = { origin: "https://academy.example", "x-forwarded-for": chain };
    return (await post(`${open}/v1/beacon`, encodeBeacon(sampleBeacon()), headers)).status;
  };
  const flood = [];
  for (let i = 0; i < 200 && !flood.includes(429); i++) {
    flood.push(await visit(`192.0.2.${i}, 203.0.113.7`));
  }
  assert.equal(flood[0], 204);
  assert.ok(flood.includes(429), "who makes up addresses is still one visitor");
  assert.equal(await visit("203.0.113.8"), 204, "another visitor is another");
});

test("D9: what the settings know already is left out, and what they lack is said", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "paceline-install-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, "paceline.yaml");
  await writeFile(
    config,
    [
      "public_http: 127.0.0.1:9999",
      "trusted_proxies: [10.0.0.7]",
      "sites:\n  - key: academy\n    origins: [https://academy.example]\n",
    ].join("\n"),
  );
  const known = await install("--site", "https://academy.example", "--config", config);
  assert.match(known.stdout, /Nothing to do/);
  assert.match(known.stdout, /proxy_pass http:\/\/127\.0\.0\.1:9999;/);
  const other = await install(
    ...["--site", "https://shop.example", "--key", "academy", "--config", config],
  );
  assert.match(other.stdout, /would be refused with 403/);
  assert.doesNotMatch(other.stdout, /trusted_proxies/);
  await writeFile(config, "public_http: 127.0.0.1:9999\nsites:\n  - key: academy\n");
  const unnamed = await install("--site", "https://academy.example", "--config", config);
  assert.match(unnamed.stdout, /trusted_proxies: \[127\.0\.0\.1\]/);
});

test("D9: what cannot work is refused with what would", async () => {
  const refused = async (pattern, ...args) => {
    const { code, stderr } = await install(...args);
    assert.equal(code, 2);
    assert.match(stderr, pattern);
  };
  await refused(/not a web address/, "--site", "academy.example");
  await refused(/not a web address/, "--site", "https://academy.example:http/");
  await refused(/not a site key/, "--site", "https://academy.example", "--key", "my site");
  await refused(
    /not encrypted/,
    ...["--site", "https://academy.example", "--endpoint", "http://rum.example.com"],
  );
  await refused(
    /visitors cannot reach/,
    ...["--site", "https://academy.example", "--endpoint", "https://localhost:8081"],
  );
});
