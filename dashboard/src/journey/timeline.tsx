import { useEffect, useRef } from "preact/hooks";
import { formatDuration, navigationText } from "../format/format";
import { ratingInfo } from "../format/vitals";
import { useWidth } from "../charts/use_width";
import {
  labelRows,
  layOut,
  markerLabel,
  type BreakMark,
  type Lane,
  type Marker,
  type Timeline,
} from "./lanes";
import type { Journey } from "../api/types";

interface Props {
  readonly journey: Journey;
  /** Index of the selected event; -1: none. */
  readonly selected: number;
  readonly onSelect: (index: number) => void;
}

const axisHeight = 30;
const rowHeight = 15;
const bandTop = 22 + labelRows * rowHeight + 4;
const bandHeight = 26;
const laneHeight = bandTop + bandHeight + 16;

/**
 * The visit on a time line, for the eye and the pointer. The list below it says the same and is the way for keyboards
 * and screen readers, so this is one picture to them.
 */
export function TimelineChart({ journey, selected, onSelect }: Props) {
  const [ref, available] = useWidth();
  const scroller = useRef<HTMLDivElement>(null);
  const timeline = layOut(journey, available);
  const height = axisHeight + timeline.lanes.length * laneHeight;
  const marker = timeline.lanes
    .flatMap((lane) => lane.markers)
    .find((one) => one.index === selected);

  useEffect(() => {
    const box = scroller.current;
    if (box === null || marker === undefined) return;
    const isInView =
      marker.x > box.scrollLeft + 20 && marker.x < box.scrollLeft + box.clientWidth - 20;
    if (!isInView) box.scrollTo({ left: marker.x - box.clientWidth / 2 });
  }, [selected, timeline.width]);

  return (
    <div class="timeline" ref={ref}>
      {/* Focusable only so that the arrow keys scroll it. */}
      <div class="timeline-scroll" ref={scroller} tabIndex={0} role="region" aria-label="Time line">
        <svg
          width={timeline.width}
          height={height}
          viewBox={`0 0 ${timeline.width} ${height}`}
          role="img"
          aria-label="Time line of the visit. The list of events below has everything that is drawn here."
        >
          <defs>
            <pattern
              id="hatch"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path class="hatch" d="M0 0V6" />
            </pattern>
          </defs>
          <Axis timeline={timeline} height={height} />
          {timeline.lanes.map((lane, index) => (
            <g key={index} transform={`translate(0 ${axisHeight + index * laneHeight})`}>
              <LaneBand lane={lane} width={timeline.width} />
              {lane.markers.map((one) => (
                <MarkerShape
                  key={one.index}
                  marker={one}
                  isSelected={one.index === selected}
                  onSelect={() => onSelect(one.index)}
                />
              ))}
            </g>
          ))}
        </svg>
      </div>
    </div>
  );
}

function Axis({ timeline, height }: { readonly timeline: Timeline; readonly height: number }) {
  return (
    <g class="timeline-axis">
      <path class="beat-base" d={`M0 ${axisHeight - 6.5}H${timeline.width}`} />
      {timeline.ticks.map((tick) => (
        <g key={tick.offsetMs}>
          <path class="timeline-grid" d={`M${tick.x.toFixed(1)} ${axisHeight - 11}V${height}`} />
          <text class="chart-label" x={tick.x + 4} y={13}>
            {tickText(tick.offsetMs)}
          </text>
        </g>
      ))}
      {timeline.breaks.map((gap) => (
        <BreakShape key={gap.x} gap={gap} height={height} />
      ))}
    </g>
  );
}

function tickText(offsetMs: number): string {
  return offsetMs < 60_000 ? `${offsetMs / 1000} s` : formatDuration(offsetMs);
}

/** A shortened stretch: a pale column, a tear in the axis, and how long it was. */
function BreakShape({ gap, height }: { readonly gap: BreakMark; readonly height: number }) {
  const middle = (gap.x + gap.x2) / 2;
  const width = gap.x2 - gap.x;
  const y = axisHeight - 6.5;
  return (
    <g class="timeline-break">
      <title>{`Nothing happened for ${formatDuration(gap.durationMs)}; drawn shorter`}</title>
      <rect x={gap.x} y={axisHeight} width={width} height={height - axisHeight} />
      <path d={`M${middle - 5} ${y + 5}l4 -10M${middle + 1} ${y + 5}l4 -10`} />
      {width > 56 ? (
        <text class="chart-label" x={middle} y={13} text-anchor="middle">
          {formatDuration(gap.durationMs)}
        </text>
      ) : null}
    </g>
  );
}

function LaneBand({ lane, width }: { readonly lane: Lane; readonly width: number }) {
  const isRight = lane.x > width * 0.66;
  const how = navigationText(lane.pageView.navigationType);
  return (
    <>
      <text
        class="lane-name"
        x={isRight ? Math.min(width - 2, Math.max(lane.x2, lane.x + 120)) : lane.x}
        y={13}
        text-anchor={isRight ? "end" : "start"}
      >
        {lane.pageView.url}
        {how === "" || how === "navigate" ? null : (
          <tspan class="lane-how" dx="8">
            {how}
          </tspan>
        )}
      </text>
      <rect
        class="lane-band"
        x={lane.x}
        y={bandTop}
        width={lane.x2 - lane.x}
        height={bandHeight}
        rx="3"
      />
      {lane.hidden.map((span) => (
        <rect
          key={span.x}
          class="lane-hidden"
          x={span.x}
          y={bandTop}
          width={Math.max(2, span.x2 - span.x)}
          height={bandHeight}
        />
      ))}
      <path class="lane-start" d={`M${lane.x} ${bandTop - 3}v${bandHeight + 6}`} />
    </>
  );
}

interface MarkerProps {
  readonly marker: Marker;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

const middle = bandTop + bandHeight / 2;

function MarkerShape({ marker, isSelected, onSelect }: MarkerProps) {
  const { text, x, x2 } = marker;
  const title = [markerLabel(text), text.target].filter((part) => part !== "").join(", ");
  return (
    <g
      class={`event event-${text.kind} tone-${ratingInfo(text.rating).tone}${isSelected ? " is-selected" : ""}`}
      data-event={marker.index}
      onClick={onSelect}
    >
      <title>{title}</title>
      <rect
        class="event-target"
        x={x - 7}
        y={bandTop - 6}
        width={Math.max(14, x2 - x + 7)}
        height={bandHeight + 12}
      />
      {isSelected ? (
        <path class="event-halo" d={`M${x} ${bandTop - 8}v${bandHeight + 16}`} />
      ) : null}
      <Shape marker={marker} />
    </g>
  );
}

function Shape({ marker }: { readonly marker: Marker }) {
  const { text, event, x, x2 } = marker;
  switch (text.kind) {
    case "vital":
      return <VitalFlag marker={marker} />;
    case "shift": {
      // As tall as the shift is bad: 0.25, where CLS turns poor, fills the band.
      const share = Math.min(1, (event.layoutShift?.value ?? 0) / 0.25);
      const tall = 6 + share * (bandHeight - 6);
      const bottom = bandTop + bandHeight;
      return <path class="event-shape" d={`M${x - 3.5} ${bottom}v${-tall}h7v${tall}z`} />;
    }
    case "interaction":
      return (
        <rect
          class="event-shape"
          x={x}
          y={bandTop + bandHeight - 7}
          width={Math.max(4, x2 - x)}
          height="7"
          rx="2"
        />
      );
    case "click":
      return <circle class="event-shape" cx={x} cy={middle} r="3.2" />;
    case "rage":
      return (
        <g class="event-shape">
          <path d={burst(x, middle, 11, 5.5, 9)} />
          <text x={x} y={middle + 3.6} text-anchor="middle">
            {event.rageClick?.count}
          </text>
        </g>
      );
    case "visibility":
      return <path class="event-shape" d={`M${x} ${bandTop}v${bandHeight}`} />;
    case "problem":
      return <path class="event-shape" d={`M${x} ${middle - 6}l6 11h-12z`} />;
    case "goal":
      return (
        <path class="event-shape" d={`M${x - 1} ${middle + 7}v-14h9l-2.5 3.5 2.5 3.5h-7v7z`} />
      );
    case "other":
      return null;
  }
}

/** A vital: a stem from the band to its shape, and its name and value where there is room. */
function VitalFlag({ marker }: { readonly marker: Marker }) {
  const { text, x, labelRow } = marker;
  // Without room for its label it stands on the band's edge, where it covers nobody else's.
  const y = labelRow === -1 ? bandTop - 4 : 22 + labelRow * rowHeight + 7;
  const shape = {
    good: `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z`,
    fair: `M${x - 3.6} ${y - 3.6}h7.2v7.2h-7.2z`,
    poor: `M${x} ${y - 4.8}l4.8 8.6h-9.6z`,
    none: `M${x - 4} ${y - 1}h8v2h-8z`,
  }[ratingInfo(text.rating).tone];
  return (
    <g class="event-shape">
      <path class="event-stem" d={`M${x} ${y}V${bandTop + bandHeight}`} />
      <path d={shape} />
      {labelRow === -1 ? null : (
        <text x={x + 8} y={y + 4}>
          <tspan class="event-name">{text.title}</tspan> {text.value}
        </text>
      )}
    </g>
  );
}

/** A star with `points` points. */
function burst(x: number, y: number, outer: number, inner: number, points: number): string {
  const corners = Array.from({ length: points * 2 }, (_, index) => {
    const angle = (index * Math.PI) / points - Math.PI / 2;
    const radius = index % 2 === 0 ? outer : inner + 2.5;
    return `${(x + Math.cos(angle) * radius).toFixed(1)} ${(y + Math.sin(angle) * radius).toFixed(1)}`;
  });
  return `M${corners.join("L")}z`;
}
