import { vitalText } from "../format/format";
import { vitalInfo } from "../format/vitals";
import { sketchFrame } from "./sketch_frame";
import type { JourneyEvent, JourneyPageView, Rect } from "../api/types";

type LayoutShift = NonNullable<JourneyEvent["layoutShift"]>;

const colours = 5;

/** Where each source of a layout shift was and where it went, drawn on a little viewport. */
export function ShiftSketch(props: {
  readonly shift: LayoutShift;
  readonly pageView: JourneyPageView | undefined;
}) {
  const { shift, pageView } = props;
  const rects = shift.sources.flatMap((source) => [source.previous, source.current]);
  const frame = sketchFrame(rects, pageView);
  const cls = vitalInfo("METRIC_CLS");
  return (
    <div class="sketch">
      {frame === undefined ? null : (
        <svg
          class="sketch-view"
          viewBox={`0 0 ${frame.width} ${frame.height}`}
          role="img"
          aria-label="Sketch of the shifted elements before and after"
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path class="sketch-arrowhead" d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          <rect class="sketch-page" width={frame.width} height={frame.height} />
          {shift.sources.map((source, index) => (
            <g key={index} class={`sketch-source sketch-source-${index % colours}`}>
              <Outline rect={source.previous} className="sketch-before" />
              <Outline rect={source.current} className="sketch-after" />
              <Arrow from={source.previous} to={source.current} />
            </g>
          ))}
        </svg>
      )}
      <ol class="sources">
        {shift.sources.map((source, index) => (
          <li key={index}>
            <code>{source.target === "" ? "unnamed element" : source.target}</code>
            <span class="sub">{movement(source.previous, source.current)}</span>
          </li>
        ))}
      </ol>
      <p class="fine">
        {frame === undefined
          ? null
          : "Dashed: before. Filled: after. Pixels of the visitor's viewport. "}
        {shift.hadRecentInput
          ? "It came within 500 ms of an input, so it does not count for CLS."
          : cls === undefined
            ? null
            : `It adds ${vitalText(cls, shift.value)} to its session window.`}
      </p>
    </div>
  );
}

function isVisible(rect: Rect | undefined): rect is Rect {
  return rect !== undefined && rect.width > 0 && rect.height > 0;
}

function Outline({
  rect,
  className,
}: {
  readonly rect: Rect | undefined;
  readonly className: string;
}) {
  if (!isVisible(rect)) return null;
  return <rect class={className} x={rect.x} y={rect.y} width={rect.width} height={rect.height} />;
}

function Arrow({ from, to }: { readonly from: Rect | undefined; readonly to: Rect | undefined }) {
  if (!isVisible(from) || !isVisible(to)) return null;
  const centre = (rect: Rect): readonly [number, number] => [
    rect.x + rect.width / 2,
    rect.y + rect.height / 2,
  ];
  const [x1, y1] = centre(from);
  const [x2, y2] = centre(to);
  if (Math.hypot(x2 - x1, y2 - y1) < 24) return null;
  return <line class="sketch-arrow" x1={x1} y1={y1} x2={x2} y2={y2} marker-end="url(#arrow)" />;
}

/** In words, for those who do not see the sketch: "moved 120 px down, 640 × 48 px". */
export function movement(from: Rect | undefined, to: Rect | undefined): string {
  if (!isVisible(to)) return isVisible(from) ? "left the viewport" : "outside the viewport";
  const size = `${to.width} × ${to.height} px`;
  if (!isVisible(from)) return `came into view, ${size}`;
  const down = to.y - from.y;
  const right = to.x - from.x;
  const parts = [
    ...(down === 0 ? [] : [`${Math.abs(down)} px ${down > 0 ? "down" : "up"}`]),
    ...(right === 0 ? [] : [`${Math.abs(right)} px ${right > 0 ? "right" : "left"}`]),
  ];
  if (parts.length === 0) return `changed from ${from.width} × ${from.height} to ${size}`;
  return `moved ${parts.join(" and ")}, ${size}`;
}
