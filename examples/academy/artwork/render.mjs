// Paints the academy's pictures into site/images. Only needed after a change to scenes.js:
//   node examples/academy/artwork/render.mjs
// CHROMIUM names another browser than /usr/bin/chromium.
import { readFile, writeFile } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const PICTURES = [
  // Deliberately far larger than any screen of ours shows it: see "What is slow here" in the README.
  { file: 'dawn-paceline.jpg', scene: 'dawn', seed: 11, width: 2880, height: 1620, quality: 0.87, grainStrength: 20 },
  { file: 'trail.jpg', scene: 'dawn', seed: 23, width: 960, height: 640, quality: 0.8, grainStrength: 8 },
  { file: 'track.jpg', scene: 'track', seed: 5, width: 960, height: 640, quality: 0.8, grainStrength: 8 },
  { file: 'coast.jpg', scene: 'coast', seed: 7, width: 960, height: 640, quality: 0.8, grainStrength: 8 },
  { file: 'forest.jpg', scene: 'forest', seed: 3, width: 960, height: 640, quality: 0.8, grainStrength: 8 },
  { file: 'track-wide.jpg', scene: 'track', seed: 9, width: 1600, height: 800, quality: 0.82, grainStrength: 10 },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
});
const page = await browser.newPage();
const source = await readFile(new URL('scenes.js', import.meta.url), 'utf8');
await page.evaluate(async (text) => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  globalThis.scenes = await import(url);
}, source);
for (const { file, ...picture } of PICTURES) {
  const dataUrl = await page.evaluate((options) => globalThis.scenes.paint(options), picture);
  const bytes = Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');
  await writeFile(new URL(`../site/images/${file}`, import.meta.url), bytes);
  console.log(`${file}  ${picture.width} x ${picture.height}  ${Math.round(bytes.length / 1000)} kB`);
}
await browser.close();
