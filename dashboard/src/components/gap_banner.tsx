import type { Quality } from "../api/types";
import { formatDuration, formatMoment } from "../format/format";
import { silenceOf } from "../format/quality";

const minuteMs = 60_000;

interface Props {
  readonly site: string;
  readonly quality: Quality;
  readonly nowUnixMs: number;
}

/** Says that a site that sends all the time has fallen silent; nothing otherwise. */
export function GapBanner({ site, quality, nowUnixMs }: Props) {
  const silence = silenceOf(quality);
  if (silence === undefined) return null;
  const since = formatMoment(silence.fromUnixMs, nowUnixMs);
  const minutes = Math.floor((nowUnixMs - silence.fromUnixMs) / minuteMs);
  return (
    <div class="notice gap-banner" role="status">
      <p>
        <strong>
          Nothing has come from {site} since {since}
        </strong>
        , for {formatDuration(minutes * minuteMs)}. Before, something came every{" "}
        {formatDuration(quality.usualPauseMs)} or so. See whether the site is up and its pages still
        have the script tag; <code>paceline doctor</code> looks for you.
      </p>
    </div>
  );
}
