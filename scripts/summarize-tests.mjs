// Adds up the JUnit files of a test run and prints "N passed, N failed, N skipped".
// Usage: node scripts/summarize-tests.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const folder = process.argv[2];
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
    if (/<(failure|error)\b/.test(content) || /status="fail"/.test(attributes)) count.failed++;
    else if (/<skipped\b/.test(content) || /status="(disabled|notrun)"/.test(attributes))
      count.skipped++;
    else count.passed++;
  }
  console.log(
    `${basename(file, ".xml").padEnd(28)} ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
  );
  for (const key of Object.keys(total)) total[key] += count[key];
}
console.log("");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed > 0 || total.passed === 0) process.exit(1);
