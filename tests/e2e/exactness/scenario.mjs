// What a scenario is, and what scenarios share.

/**
 * @typedef {object} Scenario one page and what happens to it
 * @property {string} name of the test, and of the page: /s/<name>
 * @property {string} [head]
 * @property {string} [body]
 * @property {Record<string, string | {body: string | Uint8Array, delayMs?: number, headers?: object}>} [files]
 * @property {object} [headers] of the page
 * @property {number} [serverMs] how long the server takes
 * @property {(request: import("node:http").IncomingMessage) => object | undefined} [answer] instead of the page
 * @property {object} [options] for both libraries
 * @property {boolean} [isLate] the script comes when the page calls loadBoth()
 * @property {boolean} [isDone] the page says when it is ready: window.isDone
 * @property {boolean} [needsLazy] what the visitor does needs the agent's lazy part
 * @property {boolean} [isPrerendered] the page is prerendered by another, and activated
 * @property {boolean} [isBlank] there will be no paint
 * @property {(visit: Visit) => Promise<void>} [act] what the visitor does, once it has loaded and painted
 * @property {(visit: Visit) => Promise<void>} [open] instead of going to the page
 * @property {(page: import("playwright-core").Page) => Promise<void>} [prepare] before it is opened
 * @property {readonly string[]} vitals that there must be, in the load's page view
 * @property {readonly string[]} [types] navigation types that there must be, in their order; a load's when left out
 * @property {number} [hidings] how often the page is hidden, the last time when it is left; 1
 * @property {boolean} [withoutAgent] its options are not the agent's
 * @property {readonly string[]} [events] of the agent, besides vitals
 * @property {boolean} [mayMissWindows] on a slow machine the shifts that a late tag gets in one batch make two windows; the
 *     reference looks at the window once a batch, and so at the last of them only
 * @property {readonly string[]} [scrubbed] vitals whose target the agent scrubs
 *
 * @typedef {object} Visit
 * @property {import("playwright-core").Page} page
 * @property {string} url the scenario's page
 * @property {{origin: string, other: string}} site
 */

export const PAINTED = ["CLS", "FCP", "LCP", "TTFB"];
export const TOUCHED = [...PAINTED, "INP"];

export const TEXT = `<main><h1>Watercolour for beginners</h1><p>${"Wet on wet. ".repeat(40)}</p></main>`;

/** An image of this size, in one colour. Images of too few bytes for their size are no contentful paint. */
export const svg = (width, height, colour = "teal") =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><!--${"padding ".repeat((width * height) / 800)}--><rect width="${width}" height="${height}" fill="${colour}"/><circle cx="${width / 2}" cy="${height / 2}" r="${height / 3}" fill="gold"/></svg>`;

/** In the page: busy for so long. */
export const BLOCK = `const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };`;

/** In the page: is done when so many layout shifts have been told. */
export const doneAfterShifts = (count) => `
  new PerformanceObserver((list) => {
    window.shifts = (window.shifts ?? 0) + list.getEntries().length;
    if (window.shifts >= ${count}) window.isDone = true;
  }).observe({ type: "layout-shift", buffered: true });`;

/** Is done when a paint of at least so many square pixels was told. */
export const doneAfterPaint = (size) => `
  new PerformanceObserver((list) => {
    if (list.getEntries().some((entry) => entry.size >= ${size})) window.isDone = true;
  }).observe({ type: "largest-contentful-paint", buffered: true });`;

/** Everything that has happened has been painted, told and taken by those who wait for an idle time. */
export function settle(page) {
  return page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const idle = () => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }));
    for (let i = 0; i < 3; ++i) await frame();
    for (let i = 0; i < 3; ++i) await idle();
  });
}
