// The built agent as it was when the tests began: a build that runs meanwhile moves another in its place.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { inRepository } from "../support/paths.mjs";

const FOLDER = inRepository("build/agent");
const ATTEMPTS = 20;

/** @type {Promise<Map<string, Buffer>> | undefined} */
let files;

/** By their names. */
export function agentFiles() {
  files ??= readAll();
  return files;
}

async function readAll() {
  for (let attempt = 0; attempt < ATTEMPTS; ++attempt) {
    const names = (await readdir(FOLDER).catch(() => [])).filter((name) =>
      /\.(js|wasm)$/.test(name),
    );
    const read = await Promise.all(
      names.map(async (name) => [name, await readFile(join(FOLDER, name)).catch(() => undefined)]),
    );
    const all = new Map(read);
    // The first part names the lazy one.
    const engine = /paceline-engine-\w+\.js/.exec(String(all.get("paceline.js")))?.[0];
    if (engine && all.get(engine)) return all;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new Error("build/agent is not complete");
}

/** @type {import("../support/static-server.mjs").Handler} */
export async function serveAgent(_request, path) {
  const body = (await agentFiles()).get(path.slice(1));
  if (!body) return undefined;
  const type = path.endsWith(".wasm") ? "application/wasm" : "text/javascript; charset=utf-8";
  return { headers: { "content-type": type }, body };
}
