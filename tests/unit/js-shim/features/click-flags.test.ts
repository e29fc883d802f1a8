// @vitest-environment jsdom
import { expect, it } from "vitest";
import { ClickFlag, clickFlags } from "../../../../js-shim/src/features/click-flags.ts";

/** The flags of a click on the element of the id "x". */
function flagsOf(html: string, init: MouseEventInit = {}): number {
  document.body.innerHTML = html;
  let flags = -1;
  const listener = (event: MouseEvent): void => {
    flags = clickFlags(event);
  };
  addEventListener("click", listener, true);
  document
    .getElementById("x")
    ?.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, ...init }));
  removeEventListener("click", listener, true);
  return flags;
}

it.each([
  [`<button id="x">Buy</button>`],
  [`<a id="x" href="/next">Next lesson</a>`],
  [`<button class="btn-next" id="x">Next lesson</button>`],
  [`<button class="spaced mapped" id="x">Go</button>`],
  [`<input type="submit" id="x">`],
  [`<div id="x" style="cursor: pointer">card</div>`],
])("%s is judged", (html) => {
  expect(flagsOf(html)).toBe(0);
});

it.each([
  [`<input id="x">`, ClickFlag.edits],
  [`<div contenteditable><b id="x">b</b></div>`, ClickFlag.edits],
  [`<select id="x"></select>`, ClickFlag.selects],
  [`<ul role="menu"><li role="menuitem" id="x">a</li></ul>`, ClickFlag.selects],
  [`<canvas id="x"></canvas>`, ClickFlag.media],
  [`<div class="lessonPlayer"><button id="x">Play</button></div>`, ClickFlag.media],
  [`<div class="swiper-container"><button id="x">n</button></div>`, ClickFlag.repeats],
  [`<button id="x" aria-label="Next slide">n</button>`, ClickFlag.repeats],
  [`<button id="x"> › </button>`, ClickFlag.repeats],
  [`<div data-paceline-ignore><button id="x">b</button></div>`, ClickFlag.ignored],
  [`<p id="x">text</p>`, ClickFlag.inert],
  [`<button aria-disabled="true" id="x">b</button>`, ClickFlag.inert],
])("%s has flag %i", (html, flag) => {
  expect(flagsOf(html) & flag).toBe(flag);
});

it("survives a form with fields of any name", () => {
  const fields = `<input name="matches"><input name="getAttribute">`;
  expect(flagsOf(`<form>${fields}<button id="x">Send</button></form>`)).toBe(0);
});

it("flags clicks with a modifier, or of another button", () => {
  const link = `<a id="x" href="/next">Next</a>`;
  for (const init of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])
    expect(flagsOf(link, init)).toBe(ClickFlag.modified);
});
