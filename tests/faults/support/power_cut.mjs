// A loss of power: of a directory that a program wrote with power_cut.so preloaded, only what it had synced is left.
import { link, mkdir, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { inRepository } from "../../e2e/support/paths.mjs";

const LIBRARY = inRepository("build/release/bin/power_cut.so");

export class PowerCut {
  #data;
  #synced;
  #lies;

  /**
   * @param {string} folder its `data` is what the program writes
   * @param {{ lies?: string }} [options] end of the names of files that are never synced, whatever the program is told
   */
  constructor(folder, { lies = "" } = {}) {
    this.#data = join(folder, "data");
    this.#synced = join(folder, "synced");
    this.#lies = lies;
  }

  /** Before the program starts. Answers the variables that it needs. */
  async prepare() {
    await mkdir(this.#synced, { recursive: true });
    return {
      LD_PRELOAD: LIBRARY,
      POWER_CUT_DATA: this.#data,
      POWER_CUT_SYNCED: this.#synced,
      POWER_CUT_LIES: this.#lies,
    };
  }

  /**
   * After the program was killed: files are cut back to what was synced; names that were not synced are gone, and those
   * whose deletion or renaming was not synced are back.
   *
   * @returns {Promise<{ bytes: number, names: number }>} what was lost of files that are left, and how many names changed
   */
  async cut() {
    const names = new Map(await this.#syncedNames());
    const before = new Map();
    for (const name of await readdir(this.#data).catch(() => [])) {
      before.set(name, String((await stat(join(this.#data, name))).ino));
      await rm(join(this.#data, name), { recursive: true });
    }
    let bytes = 0;
    let changed = [...before.keys()].filter((name) => !names.has(name)).length;
    for (const [name, inode] of names) {
      if (before.get(name) !== inode) changed++;
      const path = join(this.#data, name);
      await link(join(this.#synced, inode), path);
      const { size } = await stat(path);
      const length = Math.min(size, await this.#syncedLength(inode));
      bytes += size - length;
      await truncate(path, length);
    }
    await this.#forgetAllBut(new Set(names.values()));
    return { bytes, names: changed };
  }

  /** @returns {Promise<[name: string, inode: string][]>} */
  async #syncedNames() {
    const text = await readFile(join(this.#synced, "names"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]);
  }

  async #syncedLength(inode) {
    return Number(await readFile(join(this.#synced, `${inode}.length`), "utf8").catch(() => "0"));
  }

  // Their numbers may be those of other files later.
  async #forgetAllBut(inodes) {
    for (const name of await readdir(this.#synced)) {
      if (name !== "names" && !inodes.has(name.split(".")[0])) await rm(join(this.#synced, name));
    }
  }
}
