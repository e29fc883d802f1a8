// The public types of @paceline/agent/web-vitals, under the names that the reference library gives them.
import type {
  EventTiming,
  LayoutShift,
  LayoutShiftSource,
  LongAnimationFrame,
  NavigationTiming,
  ScriptTiming,
  SoftNavigation,
} from "./entries.ts";

export type {
  EventTiming,
  InteractionContentfulPaint,
  LayoutShift,
  LayoutShiftSource,
  LongAnimationFrame,
  NavigationTiming,
  ScriptTiming,
  SoftNavigation,
} from "./entries.ts";

/** Up to and including the first number a value is good, beyond the second it is poor. */
export type MetricRatingThresholds = [number, number];

export type Rating = "good" | "needs-improvement" | "poor";

export type NavigationType =
  | "navigate"
  | "reload"
  | "back-forward"
  | "back-forward-cache"
  | "prerender"
  | "restore"
  | "soft-navigation";

/** How far the document had come: `interactive` is divided by DOMContentLoaded. */
export type LoadState = "loading" | "dom-interactive" | "dom-content-loaded" | "complete";

export interface Metric {
  readonly name: "CLS" | "FCP" | "INP" | "LCP" | "TTFB";
  /** In ms; a layout shift score for CLS. */
  value: number;
  rating: Rating;
  /** Between this report and the one before it; the value itself on the first. */
  delta: number;
  /** Of this metric of this page view, and unlike any other. */
  readonly id: string;
  /** What the value comes from. Empty where there is no such entry: CLS without shifts, after a restore. */
  entries: PerformanceEntry[];
  readonly navigationType: NavigationType;
  /** The browser's number of the navigation that the metric belongs to; 0 where it gives none. */
  navigationId: number;
  /** Of a soft navigation: the interaction that led to it. */
  readonly navigationInteractionId: number | undefined;
  /** When the navigation that the metric belongs to began; 0 but for restores and soft navigations. */
  readonly navigationStartTime: number;
  readonly navigationURL: string | undefined;
}

export interface CLSMetric extends Metric {
  readonly name: "CLS";
  entries: LayoutShift[];
}
export interface FCPMetric extends Metric {
  readonly name: "FCP";
  entries: PerformancePaintTiming[];
}
export interface INPMetric extends Metric {
  readonly name: "INP";
  entries: EventTiming[];
}
export interface LCPMetric extends Metric {
  readonly name: "LCP";
  entries: LargestContentfulPaint[];
}
export interface TTFBMetric extends Metric {
  readonly name: "TTFB";
  entries: (NavigationTiming | SoftNavigation)[];
}
export type MetricType = CLSMetric | FCPMetric | INPMetric | LCPMetric | TTFBMetric;

export interface ReportOpts {
  /** Call back on every change, not only when the value is final for now. */
  readonly reportAllChanges?: boolean;
  /** Begin anew with every soft navigation that the browser tells of. */
  readonly reportSoftNavs?: boolean;
}
export interface INPReportOpts extends ReportOpts {
  /** Events shorter than this, in ms, are not looked at. 40 when left out; browsers take 16 at least. */
  readonly durationThreshold?: number;
}
export interface AttributionReportOpts extends ReportOpts {
  /** Names a node. Where it gives nothing, the default selector stands. */
  readonly generateTarget?: (node: Node | null) => string | null | undefined;
}
export interface INPAttributionReportOpts extends AttributionReportOpts, INPReportOpts {
  /** Fill `processedEventEntries`. */
  readonly includeProcessedEventEntries?: boolean;
}
export interface LCPAttributionReportOpts extends AttributionReportOpts {
  /** How many of the latest resource entries are kept besides the browser's own buffer. 50 when left out. */
  readonly resourceBufferSize?: number;
}

/** Of the largest shift of the largest session window. Empty when there was none or it names no source. */
export interface CLSAttribution {
  largestShiftTarget?: string | undefined;
  largestShiftTime?: number;
  largestShiftValue?: number;
  largestShiftEntry?: LayoutShift;
  largestShiftSource?: LayoutShiftSource;
  loadState?: LoadState;
}
/** The first two add up to the value. */
export interface FCPAttribution {
  timeToFirstByte: number;
  firstByteToFCP: number;
  loadState: LoadState;
  fcpEntry?: PerformancePaintTiming | undefined;
  navigationEntry?: NavigationTiming | SoftNavigation;
}
/** The longest script that ran during the interaction. */
export interface INPLongestScriptSummary {
  entry: ScriptTiming;
  subpart: "input-delay" | "processing-duration" | "presentation-delay";
  /** How long it ran within the interaction. */
  intersectingDuration: number;
}
/** Input delay, processing and presentation add up to the time from the interaction to the next paint. */
export interface INPAttribution {
  interactionTarget?: string | undefined;
  interactionTime?: number;
  interactionType?: "pointer" | "keyboard";
  nextPaintTime?: number;
  /** All events of the frame, if asked for. */
  processedEventEntries: EventTiming[];
  inputDelay: number;
  processingDuration: number;
  presentationDelay: number;
  loadState: LoadState;
  longAnimationFrameEntries: LongAnimationFrame[];
  longestScript?: INPLongestScriptSummary | undefined;
  totalScriptDuration?: number | undefined;
  totalStyleAndLayoutDuration?: number | undefined;
  totalPaintDuration?: number | undefined;
  totalUnattributedDuration?: number | undefined;
}
/** The four parts add up to the value. */
export interface LCPAttribution {
  target?: string | undefined;
  url?: string;
  timeToFirstByte: number;
  resourceLoadDelay: number;
  resourceLoadDuration: number;
  elementRenderDelay: number;
  navigationEntry?: NavigationTiming | SoftNavigation;
  lcpResourceEntry?: PerformanceResourceTiming;
  lcpEntry?: LargestContentfulPaint;
}
/** The five parts add up to the value. */
export interface TTFBAttribution {
  waitingDuration: number;
  cacheDuration: number;
  dnsDuration: number;
  connectionDuration: number;
  requestDuration: number;
  navigationEntry?: NavigationTiming | SoftNavigation | undefined;
}

export interface CLSMetricWithAttribution extends CLSMetric {
  attribution: CLSAttribution;
}
export interface FCPMetricWithAttribution extends FCPMetric {
  attribution: FCPAttribution;
}
export interface INPMetricWithAttribution extends INPMetric {
  attribution: INPAttribution;
}
export interface LCPMetricWithAttribution extends LCPMetric {
  attribution: LCPAttribution;
}
export interface TTFBMetricWithAttribution extends TTFBMetric {
  attribution: TTFBAttribution;
}
export type MetricWithAttribution =
  | CLSMetricWithAttribution
  | FCPMetricWithAttribution
  | INPMetricWithAttribution
  | LCPMetricWithAttribution
  | TTFBMetricWithAttribution;
