// What the agent may weigh over the wire, in bytes of brotli 11, and what it is to weigh. `now` is what it may weigh at
// present: it never grows, and comes down with every saving until it is the target.
import { readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "build/agent");

const BUDGET = {
  // With room for the name of the lazy part: another hash in it is up to 15 bytes more or less.
  "before the page is idle": { target: 3_500, now: 3_500, files: /^paceline\.js$/ },
  "first part, lazy part and WebAssembly": {
    target: 24_000,
    now: 24_000,
    files: /^paceline(-(engine|core)-[\da-f]+)?\.(js|wasm)$/,
  },
  // Apart, because a page has it only where its options ask for it.
  "bridge to Google Analytics": {
    target: 710,
    now: 710,
    files: /^paceline-gtag-[\da-f]+\.js$/,
  },
};

export function brotliBytes(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

/** Prints what is there beside what is allowed. True when all is within its budget. */
export async function checkSizes() {
  const names = await readdir(FOLDER);
  let isWithin = true;
  for (const [what, { target, now, files }] of Object.entries(BUDGET)) {
    let bytes = 0;
    for (const name of names.filter((one) => files.test(one)))
      bytes += brotliBytes(await readFile(join(FOLDER, name)));
    const isBelow = bytes > 0 && bytes <= now;
    isWithin &&= isBelow;
    const verdict = isBelow ? "within" : "NOT within";
    console.log(`${what}: ${bytes} bytes, ${verdict} the budget of ${now} (target ${target})`);
  }
  return isWithin;
}

// As a command: after a build.
if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await checkSizes()) ? 0 : 1);
