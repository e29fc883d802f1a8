// What an operator does with stored data: backup while serving, restore, export, erasing a session and a user.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  encodeBeacon,
  outcomes,
  post,
  query,
  run,
  sampleBeacon,
  startCollector,
} from "./support.mjs";

const CONFIG = "sites:\n  - key: academy\n";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

async function send(collector, overrides = {}) {
  const beacon = sampleBeacon(overrides);
  const answer = await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon));
  return { beacon, status: answer.status, session: hex(beacon.sessionId) };
}

/** A beacon of a visitor whom the site knows. */
function ofUser(userId, page = "/courses/chess") {
  return { strings: [page, "main > img.hero", "userId", userId], context: { tagRefs: [3, 4] } };
}

const asTheAgentTells = (userId) => createHash("sha256").update(`academy:${userId}`).digest("hex");

async function filesWith(folder, bytes) {
  const found = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.path, entry.name);
    const content = await readFile(path).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
    // The store has given it another name, or put another in its place: all are looked at once more.
    if (!content) return filesWith(folder, bytes);
    if (content.includes(bytes)) found.push(path);
  }
  return found;
}

async function prepare(t) {
  const collector = await startCollector({ config: CONFIG });
  t.after(() => collector.remove());
  const folder = await mkdtemp(join(tmpdir(), "paceline-maintenance-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = ["--data-dir", join(collector.dataDir, "data")];
  return { collector, folder, data };
}

const sessionsOf = async (collector) =>
  (await query(collector.http, "sessions", { site: "academy" })).sessions.map(
    (session) => session.sessionId,
  );

test("a backup is made while serving, and restores what was acknowledged before it", async (t) => {
  const { collector, folder } = await prepare(t);
  const sent = [];
  for (let i = 0; i < 20; i++) sent.push(await send(collector));
  assert.ok(sent.every(({ status }) => status === 204));

  const backups = join(folder, "backups");
  const made = await run(["backup", "--to", backups, "--keep", "2", "--url", collector.http]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^backup 1 in /);
  assert.equal((await send(collector)).status, 204);

  const restored = join(folder, "restored");
  const listed = await run(["restore", "--from", backups, "--list"]);
  assert.match(listed.stdout, /^1\t\d{4}-.*bytes\n$/);
  const done = await run(["restore", "--from", backups, "--data-dir", join(restored, "data")]);
  assert.equal(done.code, 0, done.stderr);
  const verified = await run(["verify", "--data-dir", join(restored, "data")]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const again = await run(["restore", "--from", backups, "--data-dir", join(restored, "data")]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /is not empty/);

  const second = await startCollector({ config: CONFIG, dataDir: restored });
  assert.deepEqual((await sessionsOf(second)).sort(), sent.map(({ session }) => session).sort());
  await second.stop();
});

test("a stopped directory is backed up too, and one without data is not", async (t) => {
  const { collector, folder, data } = await prepare(t);
  await send(collector);
  await collector.stop();
  const made = await run(["backup", "--to", join(folder, "backups"), ...data]);
  assert.equal(made.code, 0, made.stderr);
  const none = await run(["backup", "--to", folder, "--data-dir", join(folder, "nothing")]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /there is no data in/);
  const nobody = await run(["backup", "--to", folder, "--url", "http://127.0.0.1:9"]);
  assert.equal(nobody.code, 2);
  assert.match(nobody.stderr, /no collector answers at/);
});

test("export writes one JSON object a line beside the running collector", async (t) => {
  const { collector, data } = await prepare(t);
  const sent = [await send(collector), await send(collector)];
  for (const [what, key] of [
    ["journeys", "beacon"],
    ["facts", "beganUnixMs"],
    ["sessions", "records"],
  ]) {
    const { code, stdout, stderr } = await run([
      "export",
      "--site",
      "academy",
      "--what",
      what,
      ...data,
    ]);
    assert.equal(code, 0, stderr);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => line.session).sort(),
      sent.map(({ session }) => session).sort(),
      what,
    );
    assert.ok(lines.every((line) => line.kind === what && key in line.data));
  }
  const later = await run(["export", "--site", "academy", "--from", "2100-01-01", ...data]);
  assert.equal(later.code, 0);
  assert.equal(later.stdout, "");
  const bad = await run(["export", "--site", "academy", "--from", "yesterday", ...data]);
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /'yesterday' is no time/);
});

test("an erased session is gone from answers and files, and stays away", async (t) => {
  const { collector, data } = await prepare(t);
  const page = `/only-here/${randomBytes(4).toString("hex").replace(/\d/g, "x")}`;
  const gone = await send(collector, { strings: [page, "main"] });
  const kept = await send(collector);
  const folder = join(collector.dataDir, "data");
  assert.notDeepEqual(await filesWith(folder, Buffer.from(gone.beacon.sessionId)), []);

  const erased = await run([
    "erase",
    "--site",
    "academy",
    "--session",
    gone.session,
    "--url",
    collector.http,
  ]);
  assert.equal(erased.code, 0, erased.stderr);
  assert.match(erased.stdout, /erased 1 sessions with 1 records and 1 page views/);
  assert.deepEqual(await sessionsOf(collector), [kept.session]);
  assert.deepEqual(await filesWith(folder, Buffer.from(gone.beacon.sessionId)), []);
  assert.deepEqual(await filesWith(folder, page), []);
  const retry = await post(`${collector.http}/v1/beacon`, encodeBeacon(gone.beacon));
  assert.equal(retry.status, 410);
  await collector.stop();
  assert.equal((await run(["verify", ...data])).code, 0);
});

test("a user is erased with every session, by the id that the site knows", async (t) => {
  const { collector } = await prepare(t);
  await send(collector, ofUser("student-4711"));
  await send(collector, ofUser("student-4711", "/courses/go"));
  // The agent never tells an id itself.
  await send(collector, ofUser(asTheAgentTells("student-4711")));
  const other = await send(collector, ofUser(asTheAgentTells("student-4712")));
  const erased = await run([
    "erase",
    "--site",
    "academy",
    "--user",
    "student-4711",
    "--url",
    collector.http,
  ]);
  assert.equal(erased.code, 0, erased.stderr);
  assert.match(erased.stdout, /erased 3 sessions/);
  assert.deepEqual(await sessionsOf(collector), [other.session]);
});

test("views are made anew while serving, and of a stopped directory", async (t) => {
  const { collector, data } = await prepare(t);
  const sent = [];
  for (let i = 0; i < 20; i++) sent.push(await send(collector));
  const rebuilt = await run(["rebuild", "--url", collector.http]);
  assert.equal(rebuilt.code, 0, rebuilt.stderr);
  assert.match(rebuilt.stdout, /^views made anew from 20 records: 0 page views, 0 entries/);
  const operation = await (await fetch(`${collector.http}/api/v1/operation`)).json();
  assert.equal(operation.name, "rebuild");
  assert.equal((await send(collector)).status, 204);
  for (const { beacon } of sent) {
    assert.equal((await post(`${collector.http}/v1/beacon`, encodeBeacon(beacon))).status, 204);
  }
  assert.equal((await outcomes(collector.http)).duplicate, 20);
  const inUse = await run(["rebuild", ...data, "--http", new URL(collector.http).host]);
  assert.equal(inUse.code, 0, inUse.stderr);
  assert.match(inUse.stdout, /from 21 records/);
  await collector.stop();
  const alone = await run(["rebuild", ...data]);
  assert.equal(alone.code, 0, alone.stderr);
  assert.match(alone.stdout, /from 21 records/);
  assert.equal((await run(["verify", ...data])).code, 0);
});

test("verify recounts a range of time", async (t) => {
  const { collector, data } = await prepare(t);
  await send(collector);
  await send(collector);
  await collector.stop();
  const all = await run(["verify", ...data]);
  assert.match(all.stdout, /2 records, 2 page views, 2 sessions/);
  const hours = 3_600_000;
  const from = String(Date.now() - 24 * hours);
  const now = await run(["verify", ...data, "--from", from]);
  assert.equal(now.code, 0, now.stdout + now.stderr);
  assert.match(now.stdout, /2 records, 2 page views, 2 sessions/);
  const before = await run(["verify", ...data, "--from", "2001-01-01", "--to", "2001-01-02"]);
  assert.equal(before.code, 0, before.stdout + before.stderr);
  assert.match(before.stdout, /0 records, 0 page views, 0 sessions, 0 rollup cells/);
  const wrong = await run(["verify", ...data, "--from", from, "--to", "2001-01-02"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--from has to be before --to/);
});

test("maintenance is not for pages of other origins, nor for requests that name nobody", async (t) => {
  const { collector } = await prepare(t);
  const ask = (body, headers = {}) =>
    fetch(`${collector.http}/api/v1/erase`, {
      method: "POST",
      body: JSON.stringify(body),
      headers,
    });
  const user = { site: "academy", userId: "student-1" };
  assert.equal((await ask(user, { Origin: "https://elsewhere.example" })).status, 403);
  assert.equal((await ask({ site: "academy" })).status, 400);
  assert.equal((await ask({ site: "academy", sessionId: "abc" })).status, 400);
  assert.equal((await ask({ ...user, unknown: 1 })).status, 400);
  assert.equal((await ask(user)).status, 200);
});
