// Fails when a Markdown file links to a file or a heading of ours that is not there.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && existsSync(file));

const slug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[`*_]/g, "")
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .replace(/\s/g, "-");
const headings = (file) =>
  new Set(
    [...readFileSync(file, "utf8").matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => slug(match[1])),
  );

const problems = [];
let links = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8").replace(/```[\s\S]*?```/g, "");
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/i.test(target)) continue;
    links++;
    const [path, anchor] = target.split("#");
    const place = path ? normalize(join(dirname(file), path)) : file;
    if (!existsSync(place)) problems.push(`${file}: ${target} does not exist`);
    else if (anchor && statSync(place).isFile() && !headings(place).has(anchor)) {
      problems.push(`${file}: ${target} has no such heading`);
    }
  }
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${links} links in ${files.length} files`);
