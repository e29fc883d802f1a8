// What visitors click on, as elements with ids; `js` runs in the page as the element's click listener.

/** @typedef {{html?: string, js?: string, flag?: string, times?: number}} Scenario without `html`, it is a button */

/** Nothing comes of a click. @type {Record<string, Scenario>} */
export const DEAD = {
  "plain-button": {},
  "void-link": { html: `<a id="void-link" href="javascript:void(0)">More</a>` },
  "pointer-card": { html: `<span id="pointer-card" style="cursor: pointer">Card</span>` },
  "role-button": { html: `<span role="button" id="role-button">Open</span>` },
  "prevented-link": {
    html: `<a id="prevented-link" href="/elsewhere">Prevented</a>`,
    js: "event.preventDefault()",
  },
  "silent-handler": { js: "[].sort()" },
  "much-too-late": { js: "setTimeout(() => event.target.classList.toggle('on'), 60_000)" },
};

/** Something comes of it. @type {Record<string, Scenario>} */
export const ANSWERED = {
  "sets-text": { js: "event.target.textContent += '!'" },
  "sets-class": { js: "event.target.classList.toggle('on')" },
  "adds-later": { js: "setTimeout(() => document.body.append('later'), 50)" },
  "on-press": {
    html: `<button id="on-press" onpointerdown="this.title = Date.now()">Menu</button>`,
  },
  "in-shadow": { html: `<shadow-counter id="in-shadow"></shadow-counter>` },
  "sets-value": { js: "byId('field').value += 'x'" },
  "ticks-box": { js: "byId('box').checked ^= 1" },
  "pushes-state": { js: "history.pushState({}, '', '?tab=2')" },
  "hash-link": { html: `<a id="hash-link" href="#part-two">Part two</a>` },
  "scrolls-page": { js: "scrollTo(0, scrollY + 30)" },
  "scrolls-pane": { js: "byId('pane').scrollTop = 50" },
  "moves-focus": { js: "byId('field').focus()" },
  "selects-quote": { js: "getSelection().selectAllChildren(byId('quote'))" },
  "copies-quote": {
    js: "getSelection().selectAllChildren(byId('quote')); document.execCommand('copy')",
  },
  "pops-over": { html: `<button id="pops-over" popovertarget="hint">Hint</button>` },
  "pops-out": { html: `<button id="pops-out" popovertarget="hint">Hint</button>` },
  "opens-details": {
    html: `<details><summary id="opens-details">Details</summary>text</details>`,
  },
  "asks-back": { js: "alert('Sure?')" },
  "turns-volume": { js: "byId('movie').volume = 0.5" },
  "fetches-slowly": { js: "fetch('/api/slow')" },
  "asks-slowly": {
    js: "const xhr = new XMLHttpRequest(); xhr.open('GET', '/api/slow'); xhr.send()",
  },
  computes: { js: "const end = performance.now() + 300; while (performance.now() < end);" },
  "form-invalid": { html: `<form><input required><button id="form-invalid">Send</button></form>` },
  downloads: { html: `<a id="downloads" download="a.txt" href="data:text/plain,a">File</a>` },
  "downloads-blob": {
    js: `const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob(["b"]));
      a.download = "b.txt"; a.click()`,
  },
  mails: { html: `<a id="mails" href="mailto:office@example.org">Mail</a>` },
  "new-tab": { html: `<a id="new-tab" target="_blank" href="/next">New tab</a>` },
  "form-tab": {
    html: `<form action="/next" target="_blank"><button id="form-tab">Send</button></form>`,
  },
};

/** Clicked again and again, without an answer or with one, and that is as it should be. @type {Record<string, Scenario>} */
export const EXCUSED = {
  "text-field": { html: `<input id="text-field" value="words">`, flag: "edits", times: 4 },
  "text-area": { html: `<textarea id="text-area">words</textarea>`, flag: "edits", times: 4 },
  editor: { html: `<span id="editor" contenteditable>words</span>`, flag: "edits", times: 4 },
  "check-box": { html: `<input type="checkbox" id="check-box">`, flag: "edits", times: 4 },
  slider: { html: `<input type="range" id="slider">`, flag: "edits", times: 4 },
  "number-field": { html: `<input type="number" id="number-field">`, flag: "edits", times: 4 },
  letters: {
    html: `<label id="letters">Letters <input type="checkbox"></label>`,
    flag: "edits",
    times: 4,
  },
  choice: {
    html: `<select id="choice"><option>a<option>b</select>`,
    flag: "selects",
    times: 2,
  },
  "menu-item": {
    html: `<span role="menu"><span role="menuitem" id="menu-item">Item</span></span>`,
    flag: "selects",
    times: 4,
  },
  film: { html: `<video id="film" width="90" height="40"></video>`, flag: "media" },
  "skip-ahead": {
    html: `<span class="video-player"><button id="skip-ahead">10 s</button></span>`,
    flag: "media",
    times: 5,
  },
  drawing: {
    html: `<canvas id="drawing" width="60" height="20" style="cursor: pointer"></canvas>`,
    flag: "media",
    times: 5,
  },
  "next-slide": {
    html: `<span class="carousel"><span><button id="next-slide">More</button></span></span>`,
    flag: "repeats",
    times: 5,
  },
  "slide-by-role": {
    html: `<span aria-roledescription="carousel"><button id="slide-by-role">More</button></span>`,
    flag: "repeats",
    times: 5,
  },
  "page-two": {
    html: `<nav class="pagination"><button id="page-two">2</button></nav>`,
    flag: "repeats",
    times: 4,
  },
  plus: { html: `<button id="more-of-it">+</button>`, flag: "repeats", times: 6 },
  "more-people": {
    html: `<span class="quantity"><button id="more-people">More</button></span>`,
    flag: "repeats",
    times: 6,
  },
  "next-month": {
    html: `<span class="datepicker calendar"><button id="next-month">May</button></span>`,
    flag: "repeats",
    times: 5,
  },
  game: {
    html: `<span data-paceline-ignore><button id="game">Hit</button></span>`,
    flag: "ignored",
    times: 6,
  },
};
