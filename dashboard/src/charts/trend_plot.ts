// The large trend chart's uPlot: p75 over threshold bands, and the page views behind each point as bars below.
import uPlot from "uplot";
import { formatCompact, formatMoment, thresholdText } from "../format/format";
import { axisTop, gaps, roundTicks } from "./scale";
import type { TimeSeries } from "../api/types";
import type { VitalInfo } from "../format/vitals";

export const trendHeight = 270;
export const volumeHeight = 76;
const axisWidth = 58;
const sync = "trend";

/** A colour of the style sheet, by its custom property. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function font(): string {
  return `11px ${getComputedStyle(document.body).fontFamily}`;
}

/** [time in s, p75 or null, the same again for the bridges], as uPlot wants it. */
export function trendData(series: TimeSeries): uPlot.AlignedData {
  const p75 = gaps(series.p75, series.count);
  return [series.timeUnixMs.map((ms) => ms / 1000), p75, p75];
}

/** [time in s, all, needs-improvement + poor, poor]: stacked bars, the tallest drawn first. */
export function volumeData(series: TimeSeries): uPlot.AlignedData {
  // The answer gives shares of each point's count.
  const poor = series.count.map((count, index) => count * (series.poor[index] ?? 0));
  const fairOrPoor = series.count.map(
    (count, index) => count * ((series.poor[index] ?? 0) + (series.needsImprovement[index] ?? 0)),
  );
  return [series.timeUnixMs.map((ms) => ms / 1000), [...series.count], fairOrPoor, poor];
}

interface Options {
  readonly info: VitalInfo;
  readonly stepMs: number;
  readonly width: number;
  readonly onCursor: (index: number | null) => void;
}

function timeAxis(stepMs: number, show: boolean): uPlot.Axis {
  return {
    show,
    stroke: () => colour("--ink-soft"),
    font: font(),
    size: 28,
    gap: 6,
    space: stepMs >= 3_600_000 ? 76 : 64,
    grid: { show: false },
    ticks: { stroke: () => colour("--rule-strong"), width: 1, size: 5 },
    values: (_plot, splits) =>
      splits.map((second) =>
        formatMoment(second * 1000, Date.now(), stepMs >= 86_400_000 ? stepMs : 0),
      ),
  };
}

/** Half a step more on both sides, so that the first and the last bar are whole. Seconds. */
function timeRange(min: number, max: number, stepMs: number): [number, number] {
  return [min - stepMs / 2000, max + stepMs / 2000];
}

/** The uPlot options of the upper chart. Colours are read when drawing. */
export function trendOptions({ info, stepMs, width, onCursor }: Options): uPlot.Options {
  return {
    width,
    height: trendHeight,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: sync },
      y: false,
      drag: { x: false, y: false },
      points: {
        size: 9,
        width: 2,
        stroke: () => colour("--surface"),
        fill: () => colour("--accent"),
      },
    },
    scales: {
      x: { time: true, range: (_plot, min, max) => timeRange(min, max, stepMs) },
      y: { range: (_plot, _min, max) => [0, axisTop(max ?? 0, info.good, info.poor)] },
    },
    axes: [
      timeAxis(stepMs, true),
      {
        stroke: () => colour("--ink-soft"),
        font: font(),
        size: axisWidth,
        gap: 8,
        ticks: { show: false },
        grid: { stroke: () => colour("--rule"), width: 1 },
        splits: (_plot, _axis, _min, max) => [...roundTicks(max, 5)],
        values: (_plot, splits) => splits.map((value) => thresholdText(info, value)),
      },
    ],
    series: [
      {},
      {
        // Over the gaps: nothing was measured there, so it is only hinted at.
        stroke: () => colour("--accent"),
        alpha: 0.45,
        width: 1,
        dash: [2, 4],
        spanGaps: true,
        points: { show: false },
      },
      {
        stroke: () => colour("--accent"),
        width: 2,
        spanGaps: false,
        points: { show: true, size: 4, width: 0, fill: () => colour("--accent") },
      },
    ],
    hooks: {
      drawClear: [(plot) => drawBands(plot, info)],
      draw: [(plot) => drawThresholds(plot, info)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
}

/** Tints the plot by rating. */
function drawBands(plot: uPlot, info: VitalInfo): void {
  const { ctx, bbox } = plot;
  const top = plot.scales["y"]?.max ?? 0;
  const edges = [0, info.good, info.poor, Number.POSITIVE_INFINITY];
  ctx.save();
  for (const [index, tone] of ["good", "fair", "poor"].entries()) {
    const low = Math.min(top, edges[index] ?? 0);
    const high = Math.min(top, edges[index + 1] ?? 0);
    if (high <= low) continue;
    const y0 = plot.valToPos(high, "y", true);
    const y1 = plot.valToPos(low, "y", true);
    ctx.fillStyle = colour(`--${tone}-wash`);
    ctx.fillRect(bbox.left, y0, bbox.width, y1 - y0);
  }
  ctx.restore();
}

/** Rules and names the two thresholds, over the line, with a halo so that both stay readable where they cross. */
function drawThresholds(plot: uPlot, info: VitalInfo): void {
  const { ctx, bbox } = plot;
  const top = plot.scales["y"]?.max ?? 0;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = "right";
  ctx.lineWidth = devicePixelRatio;
  for (const [value, word, tone] of [
    [info.good, "good up to", "good"],
    [info.poor, "poor above", "poor"],
  ] as const) {
    if (value > top) continue;
    const y = Math.round(plot.valToPos(value, "y", true));
    ctx.strokeStyle = colour(`--${tone}-line`);
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    const text = `${word} ${thresholdText(info, value)}`;
    const at = [bbox.left + bbox.width - 6 * devicePixelRatio, y - 6 * devicePixelRatio] as const;
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.strokeStyle = colour("--surface");
    ctx.strokeText(text, ...at);
    ctx.lineWidth = devicePixelRatio;
    ctx.fillStyle = colour(`--${tone}`);
    ctx.fillText(text, ...at);
  }
  ctx.restore();
}

/** The uPlot options of the bars of page views. */
export function volumeOptions({ stepMs, width, onCursor }: Options): uPlot.Options {
  const bars = uPlot.paths.bars?.({ size: [0.72, 22], radius: 0.15 });
  const bar = (tone: string): uPlot.Series => ({
    fill: () => colour(`--${tone}-fill`),
    stroke: () => colour(`--${tone}-fill`),
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  });
  return {
    width,
    height: volumeHeight,
    padding: [6, 12, 4, 0],
    legend: { show: false },
    cursor: {
      sync: { key: sync },
      y: false,
      drag: { x: false, y: false },
      points: { show: false },
    },
    scales: {
      x: { time: true, range: (_plot, min, max) => timeRange(min, max, stepMs) },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
    },
    axes: [
      timeAxis(stepMs, false),
      {
        stroke: () => colour("--ink-soft"),
        font: font(),
        size: axisWidth,
        gap: 8,
        ticks: { show: false },
        grid: { stroke: () => colour("--rule"), width: 1 },
        splits: (_plot, _axis, _min, max) => [0, Math.max(1, Math.round(max / 1.1))],
        values: (_plot, splits) => splits.map((value) => formatCompact(value)),
      },
    ],
    series: [{}, bar("good"), bar("fair"), bar("poor")],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
}
