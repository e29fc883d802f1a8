// When a route's page stands: its document has had no new or removed nodes or texts for 100 ms, and was painted after the
// last of them. Attributes do not count, because animations change them for ever.
import { isHidden } from "../page-views.ts";
import type { FeatureHost } from "./host.ts";

const QUIET_MS = 100;
const MAX_MS = 10_000;

interface NavigationApi {
  /** While an intercepted navigation's handler is still at work. */
  readonly transition?: object | null;
}

export interface Settling {
  /** Ends the waiting without a call. */
  end(): void;
  /** Looks whether it is over: a page that is hidden has no time for the next look. */
  look(): void;
}

/** Calls back with the time of the paint after the last change; after 10 s, or hidden, with the present time. */
export function whenSettled(host: FeatureHost, onSettled: (atMs: number) => void): Settling {
  const { navigation } = window as Window & { readonly navigation?: NavigationApi };
  const begun = performance.now();
  let changed = begun;
  let painted = 0;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout>;

  const onChange = (): void => {
    changed = performance.now();
    cancelAnimationFrame(frame);
    // The first frame draws the change; when the second comes, it is on the screen.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => (painted = performance.now()));
    });
  };
  const end = (): void => {
    changes.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const look = host.guard(() => {
    const now = performance.now();
    const isQuiet = now - changed >= QUIET_MS && painted >= changed && !navigation?.transition;
    if (isQuiet || isHidden() || now - begun >= MAX_MS) {
      end();
      onSettled(isQuiet ? painted : now);
    } else timer = setTimeout(look, QUIET_MS);
  });

  const changes = new MutationObserver(onChange);
  changes.observe(document, { childList: true, characterData: true, subtree: true });
  onChange();
  timer = setTimeout(look, QUIET_MS);
  return { end, look };
}
