// Functions are written as declarations, and minify better as arrows: neither `function` nor, often, `return`.
import { readFileSync } from "node:fs";
import ts from "typescript";

/** For esbuild: a module's own functions become constants. None of them may be called while modules are still loading. */
export const arrows = {
  name: "arrows",
  setup({ onLoad }) {
    onLoad({ filter: /\/js-shim\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: withArrows(path, readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

// Lines stay where they are, for the source map.
function withArrows(path, text) {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  let result = "";
  let done = 0;
  const replace = (from, to, by) => {
    result += text.slice(done, from) + by;
    done = to;
  };
  for (const { kind, modifiers = [], name, body, pos, end } of statements) {
    if (kind !== ts.SyntaxKind.FunctionDeclaration || !body) continue;
    const words = text.slice(pos, name.end);
    const start = name.end - /(async )?function \w+$/.exec(words)[0].length;
    const isAsync = modifiers.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword);
    replace(start, name.end, `const ${name.text} =${isAsync ? " async" : ""} `);
    replace(body.pos, body.pos, " =>");
    replace(end, end, ";");
  }
  return result + text.slice(done);
}
