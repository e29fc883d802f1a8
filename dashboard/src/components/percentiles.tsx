import { vitalText } from "../format/format";
import type { VitalInfo } from "../format/vitals";
import type { VitalSummary } from "../api/types";

interface Props {
  readonly info: VitalInfo;
  readonly summary: VitalSummary;
  /** Relative error of each percentile, 0.01 for 1 %. */
  readonly error: number;
}

/** The percentiles of one vital in a row. */
export function Percentiles({ info, summary, error }: Props) {
  const rows = [
    ["p50", summary.p50],
    ["p75", summary.p75],
    ["p90", summary.p90],
    ["p95", summary.p95],
    ["p99", summary.p99],
  ] as const;
  return (
    <>
      <dl class="percentiles">
        {rows.map(([name, value]) => (
          <div key={name} class={name === "p75" ? "is-main" : ""}>
            <dt>{name}</dt>
            <dd>{vitalText(info, value)}</dd>
          </div>
        ))}
      </dl>
      <p class="fine">
        Percentiles are within {Math.round(error * 1000) / 10}&nbsp;% of the exact value.
      </p>
    </>
  );
}
