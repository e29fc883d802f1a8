import { formatCount, plural, thresholdText, vitalText } from "../format/format";
import { rate, ratingInfo, type VitalInfo } from "../format/vitals";
import { binPosition, toBins } from "./scale";
import { useWidth } from "./use_width";
import type { VitalSummary } from "../api/types";

interface Props {
  readonly info: VitalInfo;
  readonly summary: VitalSummary;
}

const height = 268;
const plotTop = 26;
const plotBottom = height - 22;

/** How the values are spread, as bars coloured by rating, with the thresholds and p75 marked. */
export function Histogram({ info, summary }: Props) {
  const [ref, width] = useWidth();
  const bins = toBins(summary.histogramUpper, summary.histogramCount, info.poor * 1.1);
  const tallest = Math.max(1, ...bins.map((bin) => bin.count));
  const step = bins.length > 0 ? width / bins.length : 0;
  const barHeight = (count: number): number => (count / tallest) * (plotBottom - plotTop);
  const labelEvery = Math.max(1, Math.ceil(64 / Math.max(1, step)));
  const end = bins.at(-1)?.upper ?? 0;
  const label =
    `Distribution of ${info.name} over ${plural(summary.count, "page view")}: half are at most ` +
    `${vitalText(info, summary.p50)}, three quarters at most ${vitalText(info, summary.p75)}, 95 % at most ` +
    `${vitalText(info, summary.p95)}.`;
  const marks = [
    { value: info.good, text: thresholdText(info, info.good), tone: "threshold" },
    { value: info.poor, text: thresholdText(info, info.poor), tone: "threshold" },
    { value: summary.p75, text: "p75", tone: "p75" },
  ].filter((mark) => mark.value <= end);
  return (
    <div class="histogram" ref={ref}>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
      >
        {bins.map((bin, index) => {
          // The thresholds are bounds of bins, so a bin has one rating: its upper bound's.
          const tone = ratingInfo(rate(info, bin.upper)).tone;
          const barWidth = Math.max(1, step - Math.min(3, step * 0.2));
          const bar = bin.count > 0 ? Math.max(1.5, barHeight(bin.count)) : 0;
          return (
            <rect
              key={bin.upper}
              class={`fill-${tone}`}
              x={index * step + (step - barWidth) / 2}
              y={plotBottom - bar}
              width={barWidth}
              height={bar}
              rx={Math.min(2, barWidth / 4)}
            >
              <title>
                {`${vitalText(info, bin.lower)} to ${vitalText(info, bin.upper)}: ${formatCount(bin.count)}`}
              </title>
            </rect>
          );
        })}
        <line class="chart-axis" x1="0" x2={width} y1={plotBottom + 0.5} y2={plotBottom + 0.5} />
        {bins.map((bin, index) =>
          (index + 1) % labelEvery === 0 && (index + 1) * step < width - 14 ? (
            <text
              key={bin.upper}
              class="chart-label"
              x={(index + 1) * step}
              y={height - 5}
              text-anchor="middle"
            >
              {thresholdText(info, Number(bin.upper.toPrecision(6)))}
            </text>
          ) : null,
        )}
        {marks.map((mark) => {
          const x = binPosition(bins, mark.value) * step;
          const y = mark.tone === "p75" ? 10 : 22;
          const anchor = x > width - 44 ? "end" : "start";
          return (
            <g key={mark.text} class={`histogram-${mark.tone}`}>
              <line x1={x} x2={x} y1={mark.tone === "p75" ? 2 : 14} y2={plotBottom} />
              <text x={x + (anchor === "end" ? -5 : 5)} y={y} text-anchor={anchor}>
                {mark.text}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
