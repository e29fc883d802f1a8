import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount, formatMoment, plural, vitalText } from "../format/format";
import { rate, type VitalInfo } from "../format/vitals";
import { RatingBadge } from "../components/rating";
import {
  trendData,
  trendHeight,
  trendOptions,
  volumeData,
  volumeHeight,
  volumeOptions,
} from "./trend_plot";
import { useWidth } from "./use_width";
import type { TimeSeries } from "../api/types";

interface Props {
  readonly info: VitalInfo;
  readonly series: TimeSeries;
  /** Redraws when the theme changes. */
  readonly isDark: boolean;
}

/** The chosen vital's p75 over time. Arrow keys walk through the points; the same numbers stand in a table. */
export function Trend({ info, series, isDark }: Props) {
  const [ref, width] = useWidth();
  const upper = useRef<HTMLDivElement>(null);
  const lower = useRef<HTMLDivElement>(null);
  const plots = useRef<readonly uPlot[]>([]);
  const [cursor, setCursor] = useState<number | null>(null);

  useEffect(() => {
    if (width === 0 || upper.current === null || lower.current === null) return undefined;
    const options = { info, stepMs: series.stepMs, width, onCursor: setCursor };
    plots.current = [
      new uPlot(trendOptions(options), trendData(series), upper.current),
      new uPlot(volumeOptions(options), volumeData(series), lower.current),
    ];
    return () => plots.current.forEach((plot) => plot.destroy());
    // New data alone is handed to the plots that are there (below), which keeps the cursor.
  }, [width, info, series.stepMs, isDark]);

  useEffect(() => {
    const [trend, volume] = plots.current;
    trend?.setData(trendData(series));
    volume?.setData(volumeData(series));
  }, [series]);

  const lastMeasured = series.count.findLastIndex((count) => count > 0);
  const index = cursor ?? lastMeasured;

  const moveTo = (next: number): void => {
    const plot = plots.current[0];
    const time = series.timeUnixMs[next];
    if (plot === undefined || time === undefined) return;
    plot.setCursor({ left: plot.valToPos(time / 1000, "x"), top: 0 });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: series.timeUnixMs.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    moveTo(Math.min(series.timeUnixMs.length - 1, Math.max(0, next)));
  };

  return (
    <div class="trend">
      <Readout info={info} series={series} index={index} />
      <div
        class="trend-plots"
        ref={ref}
        role="group"
        tabIndex={0}
        aria-label={`Trend of ${info.short}. Left and right arrow keys walk through time.`}
        onKeyDown={onKeyDown}
      >
        <div ref={upper} class="trend-upper" data-height={trendHeight} aria-hidden="true" />
        <p class="trend-caption" aria-hidden="true">
          Page views
        </p>
        <div ref={lower} class="trend-lower" data-height={volumeHeight} aria-hidden="true" />
      </div>
      <TrendTable info={info} series={series} />
    </div>
  );
}

function Readout({ info, series, index }: { info: VitalInfo; series: TimeSeries; index: number }) {
  const time = series.timeUnixMs[index];
  const count = series.count[index] ?? 0;
  const value = series.p75[index] ?? 0;
  if (time === undefined) return <p class="readout">Nothing was measured in this range.</p>;
  return (
    <p class="readout" aria-live="polite">
      <span class="readout-time">{formatMoment(time, Date.now(), series.stepMs)}</span>
      {count > 0 ? (
        <>
          <strong>{vitalText(info, value)}</strong>
          <RatingBadge rating={rate(info, value)} />
          <span class="soft">{plural(count, "page view")}</span>
        </>
      ) : (
        <span class="soft">no page views</span>
      )}
    </p>
  );
}

function TrendTable({ info, series }: { info: VitalInfo; series: TimeSeries }) {
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <div class="scroll-box" tabIndex={0} role="region" aria-label={`${info.short} over time`}>
        <table class="table table-dense">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" class="number">
                p75
              </th>
              <th scope="col" class="number">
                Page views
              </th>
            </tr>
          </thead>
          <tbody>
            {series.timeUnixMs.map((time, index) =>
              (series.count[index] ?? 0) > 0 ? (
                <tr key={time}>
                  <td>{formatMoment(time, Date.now(), series.stepMs)}</td>
                  <td class="number">{vitalText(info, series.p75[index] ?? 0)}</td>
                  <td class="number">{formatCount(series.count[index] ?? 0)}</td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
