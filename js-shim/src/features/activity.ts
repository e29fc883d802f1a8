// C14: that the visitor clicks, types, touches and scrolls: one in ten, and never which keys.
import { EntryKind } from "../entry-batch.ts";
import type { FeatureHost } from "./host.ts";
import { createRoom, listen } from "./shared.ts";

const MAX_ACTIVITIES = 200;
const DEFAULT_SHARE = 0.1;
// Scrolling makes many events: at most one counts in this time.
const SCROLL_INTERVAL_MS = 1000;

/** Numbers of paceline.v1.Activity.Kind. */
const KINDS = ["click", "keydown", "touchstart", "scroll"];

export function followActivity(host: FeatureHost): void {
  const share = Number(host.options.activitySampling ?? DEFAULT_SHARE);
  const room = createRoom(host, EntryKind.activity, "activity", MAX_ACTIVITIES);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = host.guard(({ type, timeStamp, target }: Event) => {
    timer = undefined;
    if (Math.random() >= share) return;
    const kind = KINDS.indexOf(type) + 1;
    const scroller = target === document ? document.scrollingElement : (target as Element);
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = scroller ?? {};
    room.record(
      timeStamp,
      kind,
      kind === KINDS.length ? Math.min((100 * (scrollTop + clientHeight)) / scrollHeight, 100) : 0,
    );
  });
  listen(host, window, KINDS.join(" "), (event) => {
    if (event.type === "scroll") timer ??= setTimeout(keep, SCROLL_INTERVAL_MS, event);
    else if (event.isTrusted) keep(event);
  });
}
