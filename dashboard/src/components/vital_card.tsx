import { Distribution } from "../charts/distribution";
import { Sparkline } from "../charts/sparkline";
import { formatVital, plural, thresholdText } from "../format/format";
import type { VitalInfo } from "../format/vitals";
import { RatingBadge } from "./rating";
import type { TimeSeries, VitalSummary } from "../api/types";

interface Props {
  readonly info: VitalInfo;
  readonly summary: VitalSummary | undefined;
  readonly series: TimeSeries | undefined;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** One vital: p75, rating, target, trend and shares. Pressing it puts it into the large chart. */
export function VitalCard({ info, summary, series, isChosen, onChoose }: Props) {
  const isEmpty = summary === undefined || summary.count <= 0;
  const measure = isEmpty ? { value: "–", unit: "" } : formatVital(info, summary.p75);
  return (
    <article class={`card${info.isCore ? " card-core" : ""}`} data-vital={info.short}>
      <header class="card-head">
        <h3>
          <button type="button" class="card-button" aria-pressed={isChosen} onClick={onChoose}>
            {info.short}
            <span class="hidden">, show in the chart</span>
          </button>
        </h3>
        <RatingBadge rating={isEmpty ? "RATING_UNSPECIFIED" : summary.rating} />
      </header>
      <p class="card-name">
        {info.name} <span class="card-meaning">{info.meaning}</span>
      </p>
      <div class="card-figure">
        <p class="card-value">
          <span data-p75>{measure.value}</span>
          {measure.unit === "" ? null : <small>{measure.unit}</small>}
        </p>
        <Sparkline info={info} series={series} />
      </div>
      <p class="card-notes">
        <span>p75 · target ≤&nbsp;{thresholdText(info, info.good)}</span>
        <span>{isEmpty ? "not measured yet" : plural(summary.count, "page view")}</span>
      </p>
      <Distribution shares={summary?.shares ?? { good: 0, needsImprovement: 0, poor: 0 }} />
    </article>
  );
}
