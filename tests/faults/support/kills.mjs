// Rounds of: start, compare with the ledger, load, kill -9 at a random moment; every fourth kill comes while it starts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { collectorBinary, query, startCollector, until } from "../../integration/support.mjs";
import { inspect } from "./inspect.mjs";
import { createRandom, Ledger } from "./ledger.mjs";
import { sendTheRest, sendUntilGone } from "./senders.mjs";

// Views are flushed often, so that kills meet that.
const ARGS = ["--site", "academy", "--store-flush-interval-ms", "50", "--log-level", "warn"];
const LONGEST_LOAD_MS = 1200;
const LONGEST_START_MS = 300;
const NOTHING_FOUND = { stored: 0, lost: [], invented: [], twice: [] };

/**
 * @typedef {object} Figures
 * @property {number} kills
 * @property {number} acknowledged distinct messages
 * @property {number} duplicates answers to what had been acknowledged before
 * @property {Readonly<Record<string, number>>} doors answers by the door that they came through
 * @property {number} stored
 * @property {number} refolded records that starts folded again
 * @property {string[]} lost identities that were acknowledged and are not there
 * @property {string[]} invented identities that nobody sent, or with another content
 * @property {string[]} twice
 * @property {string[]} others
 */

/**
 * Ends at the first thing that is wrong.
 *
 * @param {object} options
 * @param {number} options.kills
 * @param {number} options.seed of all random choices
 * @param {(folder: string) => import("./power_cut.mjs").PowerCut} [options.makePowerCut] each kill is one, too
 * @param {(text: string) => void} [options.say]
 * @returns {Promise<Figures>}
 */
export async function killAndCompare({ kills, seed, makePowerCut, say = () => {} }) {
  const random = createRandom(seed);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "paceline-kill-")));
  const rounds = new Rounds(folder, random, makePowerCut?.(folder), say);
  try {
    return await rounds.run(kills);
  } finally {
    await rounds.end();
    await rm(folder, { recursive: true, force: true });
  }
}

class Rounds {
  #folder;
  #random;
  #powerCut;
  #say;
  #ledger;
  #collector;
  #refolded = 0;

  constructor(folder, random, powerCut, say) {
    this.#folder = folder;
    this.#random = random;
    this.#powerCut = powerCut;
    this.#say = say;
    this.#ledger = new Ledger(random);
  }

  async run(kills) {
    for (let kill = 1; kill <= kills; kill++) {
      const duringStart = kill % 4 === 0;
      const moment = duringStart ? await this.#killDuringStart() : await this.#killUnderLoad();
      const unsynced = await this.#powerCut?.cut();
      const figures = await this.#startAndCompare(kill);
      this.#say(
        `kill ${kill}, ${moment}: ${figures.acknowledged} acknowledged, ${figures.stored} stored` +
          (unsynced ? `, ${unsynced.bytes} bytes and ${unsynced.names} names not synced` : ""),
      );
      if (isWrong(figures) || kill === kills)
        return isWrong(figures) ? figures : this.#finish(kill);
    }
  }

  async end() {
    await this.#collector?.stop("SIGKILL");
  }

  async #env() {
    return (await this.#powerCut?.prepare()) ?? {};
  }

  async #start() {
    const env = await this.#env();
    this.#collector = await startCollector({ args: ARGS, dataDir: this.#folder, env });
    return this.#collector;
  }

  async #killUnderLoad() {
    const collector = this.#collector ?? (await this.#start());
    let gone = false;
    const { http, grpc } = collector;
    const before = this.#ledger.acknowledged;
    const sending = sendUntilGone(this.#ledger, { http, grpc, isGone: () => gone }, this.#random);
    await until(() => this.#ledger.acknowledged > before, { timeoutMs: 120_000 });
    const ms = Math.floor(this.#random() * LONGEST_LOAD_MS);
    await sleep(ms);
    const code = await collector.stop("SIGKILL");
    gone = true;
    await sending;
    this.#collector = undefined;
    if (code !== null) this.#ledger.wrong.push(`it ended by itself with ${code}`);
    return `${ms} ms into the load`;
  }

  async #killDuringStart() {
    await this.#collector?.stop("SIGKILL");
    this.#collector = undefined;
    const flags = ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
    const data = ["--data-dir", join(this.#folder, "data")];
    const child = spawn(collectorBinary(), ["serve", ...flags, ...data, ...ARGS], {
      env: { ...process.env, ...(await this.#env()) },
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    const ms = Math.floor(this.#random() * LONGEST_START_MS);
    await sleep(ms);
    child.kill("SIGKILL");
    const [code] = await exited;
    if (code !== null) this.#ledger.wrong.push(`it ended by itself with ${code}`);
    return `${ms} ms after it was started`;
  }

  async #startAndCompare(kills) {
    try {
      await this.#start();
    } catch (error) {
      return { ...this.#figures(kills), ...NOTHING_FOUND, others: [error.message] };
    }
    const metrics = await (await fetch(`${this.#collector.http}/metrics`)).text();
    this.#refolded += Number(/^paceline_store_refolded_records (\d+)$/m.exec(metrics)?.[1] ?? 0);
    return this.#compare(kills);
  }

  async #compare(kills) {
    const compared = await inspect(this.#ledger, join(this.#folder, "data"));
    compared.others.push(...this.#ledger.wrong);
    return { ...this.#figures(kills), ...compared };
  }

  #figures(kills) {
    const { acknowledged, duplicates, doors } = this.#ledger;
    return { kills, acknowledged, duplicates, doors, refolded: this.#refolded };
  }

  // What nobody answered is sent again; then exactly what was sent is there, and the answers count it once.
  async #finish(kills) {
    await sendTheRest(this.#ledger, this.#collector);
    const figures = await this.#compare(kills);
    const sent = this.#ledger.messages;
    if (figures.stored !== sent.size) {
      figures.others.push(`${sent.size} were sent, and ${figures.stored} are stored`);
    }
    const now = Date.now();
    const { pageViews } = await query(this.#collector.http, "vitals", {
      site: "academy",
      from_unix_ms: now - 4 * 3_600_000,
      to_unix_ms: now + 60_000,
    });
    const documents = new Set([...sent.keys()].map((key) => key.slice(0, key.lastIndexOf(" "))));
    if (pageViews !== documents.size) {
      figures.others.push(`the answers count ${pageViews} page views of ${documents.size}`);
    }
    return figures;
  }
}

function isWrong({ lost, invented, twice, others }) {
  return lost.length + invented.length + twice.length + others.length > 0;
}
