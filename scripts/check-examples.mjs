// Fails when an example in the docs is not what a test runs: a fenced block behind `<!-- from FILE -->` has to stand in
// FILE, line for line (common indentation aside).
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const dedent = (text) => {
  const lines = text.replace(/\s+$/, "").split("\n");
  const indents = lines.filter((line) => line.trim()).map((line) => /^ */.exec(line)[0].length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd());
};

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && existsSync(file));
const problems = [];
let examples = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8");
  for (const [, source, block] of text.matchAll(/<!-- from (\S+) -->\n+```\w*\n([\s\S]*?)```/g)) {
    examples++;
    if (!existsSync(source)) {
      problems.push(`${file}: the example's source ${source} does not exist`);
      continue;
    }
    const wanted = dedent(block);
    const lines = readFileSync(source, "utf8").split("\n");
    const found = lines.some(
      (_, start) =>
        dedent(lines.slice(start, start + wanted.length).join("\n")).join("\n") ===
        wanted.join("\n"),
    );
    if (!found)
      problems.push(`${file}: an example differs from ${source}:\n${wanted.join("\n")}\n`);
  }
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${examples} examples stand in what tests run`);
