// Adds up the JUnit files of a test run and prints "N passed, N failed, N skipped", after what failed and why.
// Usage: node scripts/summarize-tests.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const folder = process.argv[2];
const MAX_REASON_LENGTH = 2000;
const failures = [];
const total = { passed: 0, failed: 0, skipped: 0 };

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith(".xml"))
  .sort()) {
  const xml = readFileSync(join(folder, file), "utf8");
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const [, attributes, selfClosed, body] of xml.matchAll(
    /<testcase\b((?:[^>"']|"[^"]*"|'[^']*')*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const content = selfClosed ? "" : (body ?? "");
    if (/<(failure|error)\b/.test(content) || /status="fail"/.test(attributes)) {
      count.failed++;
      failures.push({ file, name: /\bname="([^"]*)"/.exec(attributes)?.[1], content });
    } else if (/<skipped\b/.test(content) || /status="(disabled|notrun)"/.test(attributes))
      count.skipped++;
    else count.passed++;
  }
  console.log(
    `${basename(file, ".xml").padEnd(28)} ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
  );
  for (const key of Object.keys(total)) total[key] += count[key];
}
for (const { file, name, content } of failures) {
  const reason = content
    .replace(/<[^>]*message="([^"]*)"[^>]*>/g, "$1\n")
    .replace(/<!\[CDATA\[|\]\]>|<\/?[a-z][^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(
      /&(quot|apos|lt|gt|amp);/g,
      (_, n) => ({ quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" })[n],
    );
  console.log(
    `\nfailed: ${name} (${basename(file, ".xml")})\n${reason.trim().slice(0, MAX_REASON_LENGTH)}`,
  );
}
console.log("");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed > 0 || total.passed === 0) process.exit(1);
