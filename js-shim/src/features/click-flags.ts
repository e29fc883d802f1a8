// C8: what was clicked, as far as it explains many clicks in one place, or a click that changes nothing.
import { matches } from "./shared.ts";

/** Bits of paceline.v1.Entry.Click.flags. */
export const enum ClickFlag {
  edits = 2,
  selects = 4,
  media = 8,
  repeats = 16,
  selectsText = 32,
  modified = 64,
  ignored = 128,
  inert = 256,
}

// What the element or one around it is.
const BY_SELECTOR: readonly (readonly [flag: ClickFlag, selector: string])[] = [
  [ClickFlag.ignored, "[data-paceline-ignore]"],
  [
    ClickFlag.edits,
    "input:not([type=submit],[type=button],[type=image]),textarea,label,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=spinbutton],[role=slider]",
  ],
  [ClickFlag.selects, "select,option,[role=listbox],[role=option],[role^=menu],[role^=tree]"],
  [ClickFlag.media, "video,audio,canvas,map,object,embed"],
  [ClickFlag.repeats, "[aria-roledescription=carousel]"],
];

// What it is called, by the site or by the library it comes from: words of class, id and label.
const BY_NAME: readonly (readonly [flag: ClickFlag, name: RegExp])[] = [
  [ClickFlag.media, /\b(player|leaflet|map(box|libre)?\b|gm style)/i],
  [
    ClickFlag.repeats,
    /\b(carousel|slide|swiper|slick|splide|pagina|pager|stepper|spin|incre|decre|quantity|zoom|calendar|load more)/i,
  ],
];
// The button, its icon and what holds them: further out, names speak of whole sections.
const NAMED_ANCESTORS = 4;

const ACTIVE =
  "a[href],button,input,select,textarea,summary,[onclick],[role=button],[role=link],[role=tab],[role=checkbox],[role=switch]";

/** Which flags a click has. Called while it is dispatched. */
export function clickFlags(event: MouseEvent): number {
  const { getAttribute } = Element.prototype;
  const path = event.composedPath().filter((node) => node instanceof Element);
  const target = path[0];
  if (!target) return ClickFlag.inert;
  const isWithin = (selector: string): boolean => path.some((node) => matches(node, selector));
  const names = path
    .slice(0, NAMED_ANCESTORS)
    .flatMap((node) => ["class", "id", "aria-label"].map((name) => getAttribute.call(node, name)))
    .join(" ")
    .replace(/[^A-Za-z]|([A-Z])/g, " $1");
  let flags = 0;
  for (const [flag, selector] of BY_SELECTOR) if (isWithin(selector)) flags |= flag;
  for (const [flag, name] of BY_NAME) if (name.test(names)) flags |= flag;
  // "+", "›": a button of one sign is there to be used again.
  if (!target.firstElementChild && /^\s*[^\p{L}\d\s]\s*$/u.test(target.textContent))
    flags |= ClickFlag.repeats;
  const selection = getSelection();
  if (selection?.type === "Range" && selection.containsNode(target, true))
    flags |= ClickFlag.selectsText;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button)
    flags |= ClickFlag.modified;
  const isActive = isWithin(ACTIVE) || getComputedStyle(target).cursor === "pointer";
  if (!isActive || isWithin(":disabled,[aria-disabled=true]")) flags |= ClickFlag.inert;
  return flags;
}
