// Builds the agent into build/agent:
//
//   paceline.js                   the script tag, what runs first
//   paceline.esm.js, types/       the npm module
//   paceline-engine-<hash>.js     the lazy part, shared by both
//   paceline-core-<hash>.wasm     core/, as built into build/wasm/bin
//
// A hash in a name stands for the content, so that such a file may be cached for ever. The WebAssembly has to be built
// before: cmake --preset wasm && cmake --build --preset wasm. With --without-wasm the agent is built without an engine
// and always takes the raw path.
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildWebVitals } from "./build-web-vitals.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const WASM_FOLDER = join(ROOT, "build/wasm/bin");
const OUTPUT = join(ROOT, "build/agent");

const builtFiles = [];
const withoutWasm = process.argv.includes("--without-wasm");

const common = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  // Every browser that can measure an interaction reads this; an older one skips the file as a syntax error.
  target: "es2021",
};

await mkdir(OUTPUT, { recursive: true });
// Built beside the old one and moved over it at the end: whoever is being served never sees half of a build.
const fresh = await mkdtemp(join(ROOT, "build/agent-"));
try {
  const engineFile = withoutWasm ? "paceline-engine-none.js" : await buildEngine(fresh);
  const define = {
    ENGINE_FILE: JSON.stringify(engineFile),
    ENGINE_MODULE: JSON.stringify(`./${engineFile}`),
  };
  await build({
    ...common,
    entryPoints: ["src/script-tag.ts"],
    outfile: join(fresh, "paceline.js"),
    format: "iife",
    define,
  });
  await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: join(fresh, "paceline.esm.js"),
    format: "esm",
    define,
    external: ["./paceline-engine-*"],
  });
  if (!withoutWasm) builtFiles.push(...(await buildWebVitals(fresh, WASM_FOLDER, common)));
  await buildTypes(fresh);
  await rm(OUTPUT, { recursive: true });
  await rename(fresh, OUTPUT);
  await printSizes(["paceline.js", "paceline.esm.js", ...(withoutWasm ? [] : builtFiles)]);
} finally {
  await rm(fresh, { recursive: true, force: true });
}

/** Bundles the glue, its wrapper and the features; returns the file's name. */
async function buildEngine(folder) {
  const wasm = await readFile(join(WASM_FOLDER, "paceline-core.wasm")).catch(() => {
    console.error(
      "build/wasm/bin/paceline-core.wasm is missing. First: cmake --preset wasm && cmake --build --preset wasm",
    );
    process.exit(1);
  });
  const wasmFile = `paceline-core-${contentHash(wasm)}.wasm`;
  await writeFile(join(folder, wasmFile), wasm);
  const result = await build({
    ...common,
    entryPoints: ["src/lazy.ts"],
    format: "esm",
    write: false,
    define: { WASM_FILE: JSON.stringify(`./${wasmFile}`) },
    alias: { "paceline-core": join(WASM_FOLDER, "paceline-core.mjs") },
    // The glue's branches for node are never taken in a browser.
    external: ["module", "fs", "path", "url", "crypto"],
  });
  const { contents } = result.outputFiles[0];
  const engineFile = `paceline-engine-${contentHash(contents)}.js`;
  await writeFile(join(folder, engineFile), contents);
  builtFiles.push(engineFile, wasmFile);
  return engineFile;
}

/** Only what the public interface names. */
async function buildTypes(folder) {
  const scratch = await mkdtemp(join(ROOT, "build/types-"));
  try {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    execFileSync(
      process.execPath,
      [
        tsc,
        "-p",
        HERE,
        "--noEmit",
        "false",
        "--declaration",
        "--emitDeclarationOnly",
        // scripts/check does that.
        "--noCheck",
        "--outDir",
        scratch,
      ],
      { stdio: "inherit" },
    );
    for (const name of ["index.d.ts", "api.d.ts", "options.d.ts"]) {
      await cp(join(scratch, name), join(folder, "types", name));
    }
    await cp(join(scratch, "web-vitals"), join(folder, "types/web-vitals"), { recursive: true });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function contentHash(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 10);
}

async function printSizes(names) {
  console.log(
    `${"bytes".padEnd(32)}${["raw", "gzip", "brotli"].map((h) => h.padStart(8)).join("")}`,
  );
  for (const name of names) {
    const bytes = await readFile(join(OUTPUT, name));
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
    console.log(`${name.padEnd(32)}${sizes.map((size) => String(size).padStart(8)).join("")}`);
  }
}
