import { EventIcon } from "./event_icon";
import type { EventKind } from "./events";

const kinds: readonly (readonly [EventKind, string])[] = [
  ["shift", "Layout shift"],
  ["interaction", "Slow interaction"],
  ["click", "Click"],
  ["rage", "Rage click"],
  ["problem", "Error, dead click"],
  ["goal", "Conversion, step"],
  ["visibility", "Hidden"],
];

/** What the shapes of the time line mean. */
export function TimelineLegend() {
  return (
    <ul class="legend" aria-hidden="true">
      {kinds.map(([kind, label]) => (
        <li key={kind}>
          <EventIcon kind={kind} />
          {label}
        </li>
      ))}
    </ul>
  );
}
