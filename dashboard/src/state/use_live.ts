// The live channel as state: connection, last data, recent page views, and a counter that asks views to read again.
import { useEffect, useRef, useState } from "preact/hooks";
import { connectLive, type LiveState } from "../api/live";
import type { LiveUpdate } from "../api/types";

export type LivePageView = LiveUpdate["pageViews"][number];

/** A page view as it was first heard of, on this browser's clock. */
export interface Beat {
  readonly heardUnixMs: number;
  readonly pageView: LivePageView;
}

export interface Live {
  readonly state: LiveState;
  /** When data last arrived, on this browser's clock; 0: not yet. */
  readonly lastDataUnixMs: number;
  /** Oldest first, of the last five minutes. */
  readonly beats: readonly Beat[];
  /** Grows when there is something new to read; at most once in `refreshGapMs`. */
  readonly refresh: number;
}

export const beatsSpanMs = 5 * 60_000;
const refreshGapMs = 2000;
// Without any message the window still has to move on, and a lost connection must not freeze the numbers.
const idleRefreshMs = 30_000;

export function useLive(site: string, epoch: number): Live {
  const [live, setLive] = useState<Live>({
    state: "connecting",
    lastDataUnixMs: 0,
    beats: [],
    refresh: 0,
  });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    if (site === "") return undefined;
    setLive((old) => ({ ...old, state: "connecting", lastDataUnixMs: 0, beats: [] }));
    const bump = (): void => setLive((old) => ({ ...old, refresh: old.refresh + 1 }));
    const close = connectLive(site, {
      onState: (state) => {
        setLive((old) => ({ ...old, state }));
        if (state === "connected") bump();
      },
      onUpdate: (update) => {
        // The first message only says that the channel works.
        if (update.beacons === 0) return;
        setLive((old) => ({
          ...old,
          lastDataUnixMs: Date.now(),
          beats: addBeats(old.beats, update, Date.now()),
        }));
        timer.current ??= setTimeout(() => {
          timer.current = undefined;
          bump();
        }, refreshGapMs);
      },
    });
    const idle = setInterval(bump, idleRefreshMs);
    return () => {
      close();
      clearInterval(idle);
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [site, epoch]);

  return live;
}

/** Adds an update's page views; one that is heard of again keeps its place and takes the new values. */
export function addBeats(
  beats: readonly Beat[],
  update: LiveUpdate,
  nowUnixMs: number,
): readonly Beat[] {
  const kept = beats.filter((beat) => nowUnixMs - beat.heardUnixMs < beatsSpanMs);
  for (const pageView of update.pageViews) {
    const index = kept.findIndex(
      ({ pageView: known }) =>
        known.sessionId === pageView.sessionId && known.beganUnixMs === pageView.beganUnixMs,
    );
    const known = kept[index];
    if (known === undefined) kept.push({ heardUnixMs: nowUnixMs, pageView });
    else kept[index] = { ...known, pageView };
  }
  return kept;
}
