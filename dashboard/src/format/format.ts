// Numbers and times as people read them. English, the visitor's own time zone.
import type { NavigationType } from "../api/types";
import type { VitalInfo } from "./vitals";

/** A value and its unit, apart, because they are set in different sizes. */
export interface Measure {
  readonly value: string;
  readonly unit: string;
}

/** A vital's value: seconds with 2 decimals, milliseconds without, CLS with 3 decimals. `value` in ms, or no unit. */
export function formatVital(info: VitalInfo, value: number): Measure {
  if (info.unit === "s") return { value: (value / 1000).toFixed(2), unit: "s" };
  if (info.unit === "ms") return { value: Math.round(value).toString(), unit: "ms" };
  return { value: value.toFixed(3), unit: "" };
}

/** The same in one string: "2.31 s", "184 ms", "0.042". The space does not break. */
export function vitalText(info: VitalInfo, value: number): string {
  const { value: number, unit } = formatVital(info, value);
  return unit === "" ? number : `${number}\u00a0${unit}`;
}

/** A threshold without needless zeros: "2.5 s", "200 ms", "0.1". */
export function thresholdText(info: VitalInfo, value: number): string {
  if (info.unit === "s") return `${value / 1000}\u00a0s`;
  return info.unit === "ms" ? `${value}\u00a0ms` : `${value}`;
}

const integers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A count with thousands separated; weighted counts are rounded. */
export function formatCount(count: number): string {
  return integers.format(count);
}

/** A count for tight places: "12.4K". */
export function formatCompact(count: number): string {
  return count < 10000 ? integers.format(count) : compact.format(count);
}

/** "1 page view", "2 page views". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${Math.round(count) === 1 ? "" : "s"}`;
}

/**
 * Shares as whole percent that add up to 100: the largest remainders are rounded up. All zero stays all zero.
 * @param shares each at least 0; they need not add up to 1.
 */
export function wholePercents(shares: readonly number[]): readonly number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total <= 0) return shares.map(() => 0);
  const exact = shares.map((share) => (share / total) * 100);
  const whole = exact.map(Math.floor);
  let missing = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((part, index) => ({ index, remainder: part - Math.floor(part) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (missing <= 0) break;
    whole[index] = (whole[index] ?? 0) + 1;
    missing--;
  }
  return whole;
}

/** A duration for people: "640 ms", "12.4 s", "3 min 05 s", "2 h 10 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  if (small === 0) return `${big} ${bigUnit}`;
  return `${big} ${bigUnit} ${small.toString().padStart(2, "0")} ${smallUnit}`;
}

/** Time since a page began: "+0.42 s", "+12.4 s", "+3 min 05 s". */
export function formatOffset(ms: number): string {
  if (ms < 10000) return `+${(Math.max(0, ms) / 1000).toFixed(2)} s`;
  return `+${formatDuration(ms)}`;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const clockShort = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** "14:05:09" */
export function formatClock(unixMs: number): string {
  return clock.format(unixMs);
}

/** "14:05", or "12 Mar, 14:05" when it is not the day of `nowUnixMs`, or "12 Mar" for steps of a day. */
export function formatMoment(unixMs: number, nowUnixMs: number, stepMs = 0): string {
  if (stepMs >= 86_400_000) return day.format(unixMs);
  const isToday =
    day.format(unixMs) === day.format(nowUnixMs) && Math.abs(nowUnixMs - unixMs) < 86_400_000;
  return isToday
    ? clockShort.format(unixMs)
    : `${day.format(unixMs)}, ${clockShort.format(unixMs)}`;
}

/** "just now", "12 s ago", "5 min ago", "3 h ago", "2 d ago". */
export function formatAgo(ms: number): string {
  if (ms < 2000) return "just now";
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return `${Math.floor(ms / 86_400_000)} d ago`;
}

/** "navigate", "back forward cache"; "" when unknown. */
export function navigationText(type: NavigationType): string {
  if (type === "NAVIGATION_TYPE_UNSPECIFIED") return "";
  return type.replace("NAVIGATION_TYPE_", "").toLowerCase().replaceAll("_", " ");
}
