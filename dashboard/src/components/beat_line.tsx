import { plural, vitalText } from "../format/format";
import { ratingInfo, vitalInfo, worse } from "../format/vitals";
import { useWidth } from "../charts/use_width";
import { formatRoute, type Route } from "../state/route";
import { beatsSpanMs, type Beat } from "../state/use_live";
import { useNow } from "./live_state";
import type { Rating } from "../api/types";

interface Props {
  readonly beats: readonly Beat[];
  readonly route: Route;
}

const height = 44;
const base = 34;

/** The pace line: the last five minutes as a ruler, each arriving page view a beat on it, as tall as its LCP. */
export function BeatLine({ beats, route }: Props) {
  const [ref, width] = useWidth();
  const now = useNow(1000);
  const x = (unixMs: number): number => width - 1 - ((now - unixMs) / beatsSpanMs) * width;
  const recent = beats.filter((beat) => now - beat.heardUnixMs < beatsSpanMs);
  const ticks = Array.from({ length: 61 }, (_, index) => {
    const at = (index / 60) * (width - 1) + 0.5;
    return `M${at.toFixed(1)} ${base}v${index % 12 === 0 ? 8 : 4}`;
  });
  return (
    <div class="beat-line" ref={ref}>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={sentence(recent)}
      >
        <path class="beat-ticks" d={ticks.join("")} />
        <path class="beat-base" d={`M0 ${base}H${width}`} />
        {recent.map((beat) => (
          <BeatMark
            key={`${beat.pageView.sessionId}-${beat.pageView.beganUnixMs}`}
            beat={beat}
            x={x(beat.heardUnixMs)}
            route={route}
          />
        ))}
      </svg>
      <p class="beat-legend" aria-hidden="true">
        <span>5 min ago</span>
        <span>
          {recent.length === 0 ? "page views appear here as they arrive" : sentence(recent)}
        </span>
        <span>now</span>
      </p>
    </div>
  );
}

function BeatMark({
  beat,
  x,
  route,
}: {
  readonly beat: Beat;
  readonly x: number;
  readonly route: Route;
}) {
  const { pageView } = beat;
  const rating = pageView.vitals
    .filter((vital) => vitalInfo(vital.metric)?.isCore === true)
    .reduce<Rating>((worst, vital) => worse(worst, vital.rating), "RATING_UNSPECIFIED");
  const lcp = pageView.vitals.find((vital) => vital.metric === "METRIC_LCP");
  const size = 8 + Math.min(1, (lcp?.value ?? 0) / 5000) * 20;
  const values = pageView.vitals.flatMap((vital) => {
    const info = vitalInfo(vital.metric);
    return info === undefined ? [] : [`${info.short} ${vitalText(info, vital.value)}`];
  });
  return (
    <a
      href={formatRoute({ ...route, view: "journey", sessionId: pageView.sessionId })}
      class={`beat tone-${ratingInfo(rating).tone}`}
      tabIndex={-1}
    >
      <title>{`${pageView.pageGroup}: ${values.join(", ")}`}</title>
      <line x1={x} x2={x} y1={base} y2={base - size} />
      <circle cx={x} cy={base - size} r="2.6" />
    </a>
  );
}

function sentence(beats: readonly Beat[]): string {
  return `${plural(beats.length, "page view")} arrived in the last five minutes`;
}
