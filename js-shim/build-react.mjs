// Builds @paceline/agent/react into a folder: paceline-react.esm.js. React itself is the page's.
import { join } from "node:path";
import { build } from "esbuild";

/** @param {import("esbuild").BuildOptions} common what all of the agent's builds share */
export async function buildReact(folder, common) {
  await build({
    ...common,
    sourcemap: true,
    entryPoints: ["src/react/index.ts"],
    outfile: join(folder, "paceline-react.esm.js"),
    format: "esm",
    external: ["react"],
    // Frameworks that render on a server otherwise take hooks for code of theirs.
    banner: { js: '"use client";' },
  });
}
