// Bytes that one and the same visit sends.
import { median } from "./statistics.mjs";
import { newVisitor, visitAcademy } from "./visit.mjs";

/** @returns {Promise<Record<string, { posts: number, bytes: number }>>} medians of the rounds, by variant */
export async function measureWire(browser, academy, variants, rounds, say) {
  const measured = variants.filter(({ name }) => name !== "none");
  const runs = Object.fromEntries(measured.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    say(`wire, round ${round + 1} of ${rounds}`);
    for (const { name } of measured) {
      academy.sent(name);
      const context = await newVisitor(browser);
      const page = await context.newPage();
      await visitAcademy(page, academy.origin(name));
      // The last page's last words are on their way.
      await page.waitForTimeout(1500);
      await context.close();
      runs[name].push(academy.sent(name));
    }
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, counts]) => [
      name,
      {
        posts: median(counts.map(({ posts }) => posts)),
        bytes: median(counts.map(({ bytes }) => bytes)),
      },
    ]),
  );
}
