// A journey as lanes, one per page view, with everything placed in pixels. Pure.
import { axisTicks, placeLabels, timeAxis, type TimeAxis } from "./time_axis";
import { severityOf } from "../format/vitals";
import { describe, endOf, type EventText } from "./events";
import type { Journey, JourneyEvent, JourneyPageView } from "../api/types";

export interface Marker {
  /** Index into the journey's events. */
  readonly index: number;
  readonly event: JourneyEvent;
  readonly text: EventText;
  readonly x: number;
  /** Right end of what lasts; equal to x otherwise. */
  readonly x2: number;
  /** Row of its label above the band; -1: no label. */
  readonly labelRow: number;
}

export interface HiddenSpan {
  readonly x: number;
  readonly x2: number;
}

export interface Lane {
  readonly pageView: JourneyPageView;
  readonly x: number;
  readonly x2: number;
  readonly markers: readonly Marker[];
  readonly hidden: readonly HiddenSpan[];
}

export interface BreakMark {
  readonly x: number;
  readonly x2: number;
  readonly durationMs: number;
}

export interface Timeline {
  readonly width: number;
  readonly lanes: readonly Lane[];
  readonly breaks: readonly BreakMark[];
  readonly ticks: readonly { readonly x: number; readonly offsetMs: number }[];
}

export const labelRows = 3;
/** Of the labels' type; a little more than it needs. */
const charWidth = 6.4;
const markWidth = 14;
const edge = 14;
/** Less than this many pixels for a drawn second and the timeline scrolls instead. */
const pixelsPerSecond = 40;

/** The text beside a vital's marker. */
export function markerLabel(text: EventText): string {
  return text.value === "" ? text.title : `${text.title} ${text.value}`;
}

/**
 * Lays a journey out.
 * @param available width in pixels; the timeline is wider when the visit needs it, up to ten times.
 */
export function layOut(journey: Journey, available: number): Timeline {
  const { pageViews, events } = journey;
  const moments = [
    ...pageViews.flatMap((pageView) => [pageView.beganUnixMs, pageView.lastSeenUnixMs]),
    ...events.flatMap((event) => [event.atUnixMs, endOf(event)]),
  ];
  if (moments.length === 0 || available <= 0)
    return { width: Math.max(0, available), lanes: [], breaks: [], ticks: [] };
  const axis = timeAxis(moments);
  const wanted = (axis.span / 1000) * pixelsPerSecond;
  // A little too long is squeezed rather than scrolled.
  const width =
    wanted <= available * 1.4 ? available : Math.round(Math.min(wanted, available * 10));
  const x = (unixMs: number): number => edge + axis.place(unixMs) * (width - 2 * edge - 40);
  const start = Math.min(...moments);
  const end = Math.max(...moments);
  return {
    width,
    lanes: pageViews.map((pageView, index) => lane(pageView, index, events, x)),
    breaks: axis.breaks.map((gap) => ({
      x: x(gap.fromUnixMs),
      x2: x(gap.toUnixMs),
      durationMs: gap.toUnixMs - gap.fromUnixMs,
    })),
    ticks: ticksOf(axis, start, end, width).map((at) => ({ x: x(at), offsetMs: at - start })),
  };
}

function ticksOf(axis: TimeAxis, start: number, end: number, width: number): readonly number[] {
  return axisTicks(axis, start, end, 72 / width);
}

/** A CLS of 0 is reported when a page begins; that nothing shifted is no event on a time line. */
export function isDrawn({ vital }: JourneyEvent): boolean {
  return vital === undefined || vital.metric !== "METRIC_CLS" || vital.value > 0;
}

/** What went as usual (resources, timings, calls that succeeded) is in the list only. */
function isMarked(text: EventText | undefined): text is EventText {
  return text !== undefined && text.kind !== "other";
}

function lane(
  pageView: JourneyPageView,
  pageViewIndex: number,
  events: readonly JourneyEvent[],
  x: (unixMs: number) => number,
): Lane {
  const own = events.flatMap((event, index) => {
    const text =
      event.pageViewIndex === pageViewIndex && isDrawn(event) ? describe(event) : undefined;
    return isMarked(text)
      ? [{ index, event, text, x: x(event.atUnixMs), x2: x(endOf(event)) }]
      : [];
  });
  // What is bad has the better right to be named, then what came first.
  const labelled = own
    .filter((marker) => marker.text.kind === "vital")
    .toSorted((a, b) => severityOf(b.text.rating) - severityOf(a.text.rating) || a.x - b.x);
  const rows = placeLabels(
    labelled.map((marker) => ({
      x: marker.x,
      width: markWidth + markerLabel(marker.text).length * charWidth,
    })),
    labelRows,
  );
  const rowOf = new Map(labelled.map((marker, index) => [marker.index, rows[index] ?? -1]));
  const ends = own.map((marker) => marker.x2);
  const x1 = x(pageView.beganUnixMs);
  return {
    pageView,
    x: x1,
    x2: Math.max(x(pageView.lastSeenUnixMs), x1 + 6, ...ends),
    markers: own.map((marker) => ({ ...marker, labelRow: rowOf.get(marker.index) ?? -1 })),
    hidden: hiddenSpans(own, x(pageView.lastSeenUnixMs)),
  };
}

/** The stretches in which the page was hidden; one that did not end lasts until `end`. */
export function hiddenSpans(
  markers: readonly { readonly event: JourneyEvent; readonly x: number }[],
  end: number,
): readonly HiddenSpan[] {
  const spans: HiddenSpan[] = [];
  let since: number | undefined;
  for (const { event, x } of markers) {
    if (event.visibilityChange === undefined) continue;
    if (event.visibilityChange.hidden) since ??= x;
    else if (since !== undefined) {
      spans.push({ x: since, x2: x });
      since = undefined;
    }
  }
  if (since !== undefined && end > since) spans.push({ x: since, x2: end });
  return spans;
}
