// Paints the academy's pictures into site/images. Only needed after a change to scenes.js:
//   node examples/academy/artwork/render.mjs
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { launchBrowser } from "../../../tests/e2e/support/browser.mjs";
import { folder, routes, startServer } from "../../../tests/e2e/support/static-server.mjs";

const PICTURES = [
  // Deliberately far larger than any screen of ours shows it: see "What is slow here" in the README.
  {
    file: "dawn-paceline.jpg",
    scene: "dawn",
    seed: 11,
    width: 2880,
    height: 1620,
    quality: 0.87,
    grainStrength: 20,
  },
  {
    file: "trail.jpg",
    scene: "dawn",
    seed: 23,
    width: 960,
    height: 640,
    quality: 0.8,
    grainStrength: 8,
  },
  {
    file: "track.jpg",
    scene: "track",
    seed: 5,
    width: 960,
    height: 640,
    quality: 0.8,
    grainStrength: 8,
  },
  {
    file: "coast.jpg",
    scene: "coast",
    seed: 7,
    width: 960,
    height: 640,
    quality: 0.8,
    grainStrength: 8,
  },
  {
    file: "forest.jpg",
    scene: "forest",
    seed: 3,
    width: 960,
    height: 640,
    quality: 0.8,
    grainStrength: 8,
  },
  {
    file: "track-wide.jpg",
    scene: "track",
    seed: 9,
    width: 1600,
    height: 800,
    quality: 0.82,
    grainStrength: 10,
  },
];

const here = fileURLToPath(new URL(".", import.meta.url));
const server = await startServer([folder(here), routes({ "/": "<!doctype html>" })]);
const browser = await launchBrowser();
const page = await browser.newPage();
await page.goto(server.origin);
for (const { file, ...picture } of PICTURES) {
  const dataUrl = await page.evaluate(
    async (options) => (await import("/scenes.js")).paint(options),
    picture,
  );
  const bytes = Buffer.from(dataUrl.slice(dataUrl.indexOf(",") + 1), "base64");
  await writeFile(new URL(`../site/images/${file}`, import.meta.url), bytes);
  console.log(
    `${file}  ${picture.width} x ${picture.height}  ${Math.round(bytes.length / 1000)} kB`,
  );
}
await browser.close();
await server.close();
