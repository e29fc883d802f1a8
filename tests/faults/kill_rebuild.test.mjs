// `paceline rebuild`, killed at random moments, of a collector that is serving under load and of a directory that nobody
// serves: afterwards the views are all what they were, or all made anew, and nothing that was acknowledged is lost.
// PACELINE_TEST_LONG=1: 60 kills. PACELINE_TEST_SEED: the random choices of a run.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inRepository } from "../e2e/support/paths.mjs";
import { collectorBinary, run, startCollector, until } from "../integration/support.mjs";
import { inspect } from "./support/inspect.mjs";
import { createRandom, Ledger } from "./support/ledger.mjs";
import { sendTheRest, sendUntilGone } from "./support/senders.mjs";

const isLong = Boolean(process.env.PACELINE_TEST_LONG);
const seed = Number(process.env.PACELINE_TEST_SEED ?? Date.now() % 1_000_000);
const KILLS = isLong ? 30 : 3;
const ARGS = ["--site", "academy", "--store-flush-interval-ms", "50", "--log-level", "warn"];
const MESSAGES = 2000;

/** A directory with visits in it, and what was acknowledged of them. */
class Stored {
  static async make(t, random) {
    const stored = new Stored(await mkdtemp(join(tmpdir(), "paceline-rebuild-")), random);
    t.after(async () => {
      await stored.collector?.stop("SIGKILL");
      await rm(stored.folder, { recursive: true, force: true });
    });
    await stored.start();
    await stored.loadAndKill(() =>
      until(() => stored.ledger.acknowledged >= MESSAGES, { timeoutMs: 120_000 }),
    );
    // Stopping writes all views as they are.
    await stored.start();
    await stored.stop();
    return stored;
  }

  constructor(folder, random) {
    this.folder = folder;
    this.data = join(folder, "data");
    this.random = random;
    this.ledger = new Ledger(random);
  }

  async start() {
    this.collector = await startCollector({ args: ARGS, dataDir: this.folder });
  }

  async stop(signal = "SIGTERM") {
    await this.collector?.stop(signal);
    this.collector = undefined;
  }

  /** Others send while `work` is done; then comes the kill. */
  async loadAndKill(work) {
    const { http, grpc } = this.collector;
    let gone = false;
    const to = { http, grpc, isGone: () => gone, isErasing: false };
    const sending = sendUntilGone(this.ledger, to, this.random);
    try {
      await work();
    } finally {
      await this.stop("SIGKILL");
      gone = true;
      await sending;
    }
  }

  /** Answers how many differences to a recount there are now. */
  spoil() {
    return Number(
      execFileSync(inRepository("build/release/bin/spoil_views"), [this.data, "academy"]),
    );
  }

  /** Differences of a directory that nobody serves, once what was stored last is folded. */
  async differences() {
    await this.start();
    await this.stop();
    assert.ok(!(await readdir(this.data)).includes("rebuild"), "what it left behind is gone");
    const { stdout, stderr } = await run(["verify", "--data-dir", this.data]);
    if (/no differences/.test(stdout)) return 0;
    const [, count] = /^(\d+) differences$/m.exec(stdout) ?? [];
    assert.ok(count, stdout + stderr);
    return Number(count);
  }

  /** What was acknowledged is there, once, and the views equal a recount. */
  async assertWhole() {
    await this.start();
    await sendTheRest(this.ledger, this.collector);
    const found = await inspect(this.ledger, this.data);
    assert.deepEqual(this.ledger.wrong, []);
    const { lost, invented, twice, others } = found;
    assert.deepEqual(
      { lost, invented, twice, others },
      { lost: [], invented: [], twice: [], others: [] },
    );
    assert.equal(found.stored, this.ledger.messages.size);
    await this.stop();
  }
}

/**
 * Kills rebuilds of a spoilt directory at moments that spread over the time that one takes: `slower` times as long as alone.
 */
async function killRebuilds(t, slower, rebuildAndKill) {
  const random = createRandom(seed);
  const stored = await Stored.make(t, random);
  const whole = await measure(stored);
  const found = { before: 0, after: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const spoilt = stored.spoil();
    const ms = Math.floor(((kill + random()) / KILLS) * whole * slower);
    await rebuildAndKill(stored, ms);
    const differences = await stored.differences();
    assert.ok(
      [0, spoilt].includes(differences),
      `seed ${seed}: ${differences} of ${spoilt}, after ${ms} ms`,
    );
    found[differences === 0 ? "after" : "before"]++;
    const again = await run(["rebuild", "--data-dir", stored.data]);
    assert.equal(again.code, 0, again.stderr);
    await stored.assertWhole();
  }
  t.diagnostic(
    `${KILLS} kills, seed ${seed}: ${found.before} before the new views took their place, ${found.after} after, ` +
      `${stored.ledger.messages.size} messages, a rebuild takes ${Math.round(whole)} ms`,
  );
}

/** How long a rebuild takes that nobody kills, in ms: the quickest of some, for the machine may be busy. */
async function measure(stored) {
  let quickest = Infinity;
  for (let i = 0; i < 3; i++) {
    stored.spoil();
    const began = performance.now();
    const { code, stderr } = await run(["rebuild", "--data-dir", stored.data]);
    assert.equal(code, 0, stderr);
    quickest = Math.min(quickest, performance.now() - began);
  }
  return quickest;
}

test("a rebuild of a stopped directory may be killed at any moment", async (t) => {
  await killRebuilds(t, 1.5, async ({ data }, ms) => {
    const child = spawn(collectorBinary(), ["rebuild", "--data-dir", data], { stdio: "ignore" });
    const exited = once(child, "exit");
    await sleep(ms);
    child.kill("SIGKILL");
    await exited;
  });
});

test("a collector that rebuilds while serving may be killed at any moment", async (t) => {
  await killRebuilds(t, 3, async (stored, ms) => {
    await stored.start();
    const { http } = stored.collector;
    await stored.loadAndKill(async () => {
      const begun = await fetch(`${http}/api/v1/rebuild`, { method: "POST" });
      assert.equal(begun.status, 200);
      await sleep(ms);
    });
  });
});
