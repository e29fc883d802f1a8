// The first part and the lazy part are two files. What src/shared.ts lists is in the first one only: it hands the list
// over when it calls `attach`, and modules of the lazy part that import one of these get what was handed over.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), "src");
const HANDED_OVER = "handed-over";

const text = readFileSync(join(SOURCE, "shared.ts"), "utf8");
const names = /shared = \[([^\]]*)\]/.exec(text)[1].match(/\w+/g);
/** By file, the names of it that are shared. */
const files = new Map(
  [...text.matchAll(/import \{([^}]*)\} from "([^"]*)"/g)].map(([, imported, file]) => [
    resolve(SOURCE, file),
    imported.match(/\w+/g),
  ]),
);

/** The lazy part's entry, for esbuild's `stdin`. */
export const lazyEntry = {
  contents: `
    import { take } from "${HANDED_OVER}";
    import { attach as start } from "./lazy.ts";
    export const attach = (agent, shared) => {
      take(shared);
      start(agent);
    };`,
  resolveDir: SOURCE,
};

/** For esbuild, when it bundles the lazy part. */
export const share = {
  name: "share",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: new RegExp(`^${HANDED_OVER}$`) }, ({ path }) => ({
      path,
      namespace: HANDED_OVER,
    }));
    onLoad({ filter: /./, namespace: HANDED_OVER }, () => ({
      contents: `export let ${names.join()};
        export const take = (shared) => { [${names.join()}] = shared; };`,
    }));
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const own = files.get(path);
      if (!own) return undefined;
      // Enumerations are numbers, which each part has where it needs them.
      const enums = readFileSync(path, "utf8").match(/export const enum \w+ \{[^}]*\}/g) ?? [];
      return {
        contents: `${enums.join("\n")}\nexport { ${own.join()} } from "${HANDED_OVER}";`,
        loader: "ts",
        resolveDir: SOURCE,
      };
    });
  },
};
