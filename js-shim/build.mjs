// Builds the agent into build/agent:
//
//   paceline.js                   the script tag, what runs first
//   paceline.esm.js, types/       the npm module
//   paceline-engine-<hash>.js     the lazy part, shared by both
//   paceline-gtag-<hash>.js       the bridge to Google Analytics, for pages that ask for it
//   paceline-core-<hash>.wasm     core/, as built into build/wasm/bin
//   *.map, integrity.json         source maps, and hashes for Subresource Integrity
//
// A hash in a name stands for the content, so that such a file may be cached for ever. The WebAssembly has to be built
// before: cmake --preset wasm && cmake --build --preset wasm. With --without-wasm the agent is built without an engine
// and always takes the raw path.
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { arrows } from "./arrows.mjs";
import { buildReact } from "./build-react.mjs";
import { buildWebVitals } from "./build-web-vitals.mjs";
import { mangleProps, squeeze } from "./minify.mjs";
import { lazyEntry, share } from "./share.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const WASM_FOLDER = join(ROOT, "build/wasm/bin");
const OUTPUT = join(ROOT, "build/agent");

const builtFiles = [];
const sharedNames = {};
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
  // The first part's names come first, so that they are the shortest.
  await bundle({ entryPoints: ["src/script-tag.ts"], define: { ENGINE_FILE: '""' } });
  const engineFile = withoutWasm ? "paceline-engine-none.js" : await buildEngine(fresh);
  const define = {
    ENGINE_FILE: JSON.stringify(engineFile),
    ENGINE_MODULE: JSON.stringify(`./${engineFile}`),
  };
  const tag = await bundle({ entryPoints: ["src/script-tag.ts"], define });
  // A classic script: nothing of it may become a global. Its first line lets the browser compile all of it where it is
  // read, off the main thread: https://v8.dev/blog/explicit-compile-hints
  await writeWithMap(fresh, "paceline.js", {
    code: `//# allFunctionsCalledOnLoad\n(()=>{\n${tag.code}})();`,
    map: JSON.stringify(twoLinesDown(JSON.parse(tag.map))),
  });
  const module = await bundle({
    entryPoints: ["src/index.ts"],
    define,
    external: ["./paceline-engine-*"],
  });
  await writeWithMap(fresh, "paceline.esm.js", module);
  await buildReact(fresh, common);
  if (!withoutWasm) builtFiles.push(...(await buildWebVitals(fresh, WASM_FOLDER, common)));
  await buildTypes(fresh);
  await writeIntegrity(fresh);
  await rm(OUTPUT, { recursive: true });
  await rename(fresh, OUTPUT);
  await printSizes([
    "paceline.js",
    "paceline.esm.js",
    "paceline-react.esm.js",
    ...(withoutWasm ? [] : builtFiles),
  ]);
} finally {
  await rm(fresh, { recursive: true, force: true });
}

/** One file of those that share names of properties. */
async function bundle({ plugins = [], ...options }) {
  const { outputFiles, mangleCache } = await build({
    ...common,
    ...options,
    plugins: [...plugins, arrows],
    format: "esm",
    write: false,
    sourcemap: "external",
    outfile: join(OUTPUT, "bundle.js"),
    mangleProps,
    mangleCache: sharedNames,
  });
  Object.assign(sharedNames, mangleCache);
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
  return squeeze(textOf(".js"), textOf(".map"));
}

/** The map lies beside its file, which does not name it: the page would pay for those bytes. */
async function writeWithMap(folder, name, { code, map }) {
  await writeFile(join(folder, name), code);
  await writeFile(join(folder, `${name}.map`), map);
}

function twoLinesDown(map) {
  return { ...map, mappings: `;;${map.mappings}` };
}

/** integrity.json: what a page may write into `integrity`, for a copy that it serves itself. */
async function writeIntegrity(folder) {
  const names = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name)).sort();
  const integrity = {};
  for (const name of names) {
    const hash = createHash("sha384").update(await readFile(join(folder, name)));
    integrity[name] = `sha384-${hash.digest("base64")}`;
  }
  await writeFile(join(folder, "integrity.json"), `${JSON.stringify(integrity, undefined, 2)}\n`);
  console.log(`integrity of paceline.js: ${integrity["paceline.js"]}`);
}

/** Bundles the glue, its wrapper and the features, and what they load where a page asks for it; returns the first one's name. */
async function buildEngine(folder) {
  const wasm = await readFile(join(WASM_FOLDER, "paceline-core.wasm")).catch(() => {
    console.error(
      "build/wasm/bin/paceline-core.wasm is missing. First: cmake --preset wasm && cmake --build --preset wasm",
    );
    process.exit(1);
  });
  const wasmFile = `paceline-core-${contentHash(wasm)}.wasm`;
  await writeFile(join(folder, wasmFile), wasm);
  const gtagFile = await writeHashed(
    folder,
    "paceline-gtag",
    await bundle({ entryPoints: ["src/features/gtag.ts"] }),
  );
  const contents = await bundle({
    stdin: lazyEntry,
    plugins: [share],
    define: {
      WASM_FILE: JSON.stringify(`./${wasmFile}`),
      GTAG_MODULE: JSON.stringify(`./${gtagFile}`),
    },
    alias: { "paceline-core": join(WASM_FOLDER, "paceline-core.mjs") },
    // The glue's branches for node are never taken in a browser.
    external: ["./paceline-gtag-*", "module", "fs", "path", "url", "crypto"],
  });
  const engineFile = await writeHashed(folder, "paceline-engine", contents);
  builtFiles.push(engineFile, wasmFile, gtagFile);
  return engineFile;
}

/** Gives the file's name. */
async function writeHashed(folder, name, contents) {
  const file = `${name}-${contentHash(contents.code)}.js`;
  await writeWithMap(folder, file, contents);
  return file;
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
    for (const name of ["index", "journey", "options", "site-config", "reading"]) {
      await cp(join(scratch, `${name}.d.ts`), join(folder, `types/${name}.d.ts`));
    }
    for (const name of ["index", "components", "hooks", "remote", "store"]) {
      await cp(join(scratch, `react/${name}.d.ts`), join(folder, `types/react/${name}.d.ts`));
    }
    await cp(join(scratch, "web-vitals"), join(folder, "types/web-vitals"), { recursive: true });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function contentHash(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 8);
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
