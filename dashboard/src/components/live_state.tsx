import { useEffect, useState } from "preact/hooks";
import { formatAgo, formatClock } from "../format/format";
import type { Live } from "../state/use_live";

const words = {
  connecting: "Connecting",
  connected: "Live",
  reconnecting: "Reconnecting",
} as const;

/** Connection and age of the last data. Only the connection is announced: a ticking age would never be quiet. */
export function LiveState({ live }: { readonly live: Live }) {
  const now = useNow(1000);
  const age =
    live.lastDataUnixMs === 0 ? "no data yet" : formatAgo(Math.max(0, now - live.lastDataUnixMs));
  const title =
    live.lastDataUnixMs === 0
      ? "Nothing has arrived since this page was opened"
      : `Last data at ${formatClock(live.lastDataUnixMs)}`;
  return (
    <p class={`live live-${live.state}`} title={title}>
      {/* A new key restarts the animation: one pulse for each arrival. */}
      <span class="live-dot" key={live.lastDataUnixMs} aria-hidden="true" />
      <span role="status">{words[live.state]}</span>
      <span class="live-age">{live.state === "reconnecting" ? "every 5 s" : age}</span>
    </p>
  );
}

/** The time, renewed every `stepMs`. */
export function useNow(stepMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
