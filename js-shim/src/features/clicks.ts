// C8: clicks that nothing comes of. A click on something that looks as if it did something, and that has no flag, is
// dead when there is no sign that anything happened, from the press until a second after the click. A sign counts for
// every click that waits: a page that keeps changing by itself has no dead clicks, rather than wrong ones.
import { EntryKind } from "../entry-batch.ts";
import { selectorOf } from "../selector.ts";
import { clickFlags } from "./click-flags.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, listen, matches } from "./shared.ts";

const MAX_DEAD_CLICKS = 50;
const PATIENCE_MS = 1000;
// Handlers that held the page for so long did something: computed, or had a dialog open.
const BUSY_MS = 200;

// Of what neither changes the document nor a field nor the address.
const SIGNS =
  "scroll selectionchange submit invalid toggle copy play pause volumechange seeking visibilitychange fullscreenchange focusin blur";

// The browser itself follows them: elsewhere, to another tab, into a download or a mail program.
const FOLLOWED = 'a[href]:not([href^="#"],[href^="javascript:"]),area[href]';

const MAX_FIELDS = 100;

// What scripts can change without an event or a change of the document. Compared, and forgotten.
function statusQuo(): string {
  const fields = document.querySelectorAll<HTMLInputElement>(
    "input:not([type=password]),select,textarea",
  );
  return [
    location.href,
    ...[...fields].slice(0, MAX_FIELDS).map(({ value, checked }) => value + checked),
  ].join();
}

/** Returns what tells of a request that the page's scripts have made: a sign, too. */
export function followClicks(host: FeatureHost): () => void {
  const { clickPatienceMs = PATIENCE_MS, clickRules = "" } = host.options;
  const judged = Number(String(clickRules).split(",")[4]) || 0;
  const room = createRoom(host, EntryKind.clickResponse, "click-response", MAX_DEAD_CLICKS);
  // Of the last click: the agent's own listener is older than the one below, and has asked for them before. Of no click at
  // first, so that what is called for them is compiled before a visitor waits for it.
  let flags = clickFlags({ composedPath: () => [new Image()] } as unknown as MouseEvent);
  host.flagClicks((event) => (flags = clickFlags(event)));

  // Presses and clicks that nothing has come of yet.
  const waiting = new Set<Event>();
  let press: Event | undefined;

  const answer = (): void => {
    waiting.clear();
    changes.disconnect();
  };
  const changes = new MutationObserver(answer);
  host.onStop(answer);

  /** Waits for a sign, and calls back if there was none. Fields are looked at for those only who want to know. */
  const wait = (event: Event, onSilence?: () => void): void => {
    const before = onSilence && statusQuo();
    waiting.add(event);
    for (const root of event.composedPath())
      if (root instanceof Document || root instanceof ShadowRoot)
        changes.observe(root, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true,
        });
    setTimeout(
      host.guard(() => {
        if (waiting.delete(event) && onSilence && before === statusQuo()) onSilence();
        if (!waiting.size) answer();
      }),
      Number(clickPatienceMs),
    );
  };

  listen(host, window, SIGNS, ({ type, target }) => {
    // A press moves the focus to what was pressed, and takes it from what had it.
    if (type === "focusin" && (target as Node).contains(press?.target as Node | null)) return;
    if (type === "blur" && target !== window) return;
    if (type === "selectionchange" && getSelection()?.type !== "Range") return;
    answer();
  });
  const { navigation } = window as Window & { readonly navigation?: EventTarget };
  if (navigation) listen(host, navigation, "navigate", answer);

  listen(host, window, "pointerdown", (event) => {
    press = event;
    wait(event);
  });

  listen(host, window, "click", (event) => {
    // Something has come of the press already.
    const isAnswered = press && !waiting.delete(press);
    press = undefined;
    if (!event.isTrusted || isAnswered || flags & ~judged) return;
    const flagged = flags;
    const path = event.composedPath();
    const target = selectorOf(path[0] as Node);
    const begun = performance.now();
    wait(event, () => room.record(event.timeStamp, 0, target, flagged));
    // Once the page has dealt with it.
    setTimeout(
      host.guard(() => {
        const isFollowed = !event.defaultPrevented && path.some((node) => matches(node, FOLLOWED));
        if (isFollowed || performance.now() - begun > BUSY_MS) answer();
      }),
    );
  });
  return answer;
}
