// What a journey's events are called and how much of them is worth showing. Pure.
import { formatDuration, vitalText } from "../format/format";
import { vitalInfo } from "../format/vitals";
import { describeOther, lastedMs, type OtherKind } from "./other_events";
import type { Journey, JourneyEvent, Rating } from "../api/types";

export type EventKind =
  "vital" | "shift" | "interaction" | "click" | "rage" | "visibility" | OtherKind;

export interface EventText {
  readonly kind: EventKind;
  readonly title: string;
  /** The value, when there is one: "2.31 s". */
  readonly value: string;
  readonly rating: Rating;
  /** The element it is about; "" when none is known. */
  readonly target: string;
}

const noRating = "RATING_UNSPECIFIED";

/** Shifts up to this are the browser's rounding; two clicks' worth of pixels. Source: CLS is shown with 3 decimals. */
const smallestShift = 0.0005;

/** How an event reads in the list; undefined for one that this dashboard does not know. */
export function describe(event: JourneyEvent): EventText | undefined {
  if (event.vital !== undefined) {
    const info = vitalInfo(event.vital.metric);
    if (info === undefined) return undefined;
    const { value, rating, target } = event.vital;
    return { kind: "vital", title: info.short, value: vitalText(info, value), rating, target };
  }
  if (event.layoutShift !== undefined) {
    const { value, hadRecentInput, sources } = event.layoutShift;
    return {
      kind: "shift",
      title: hadRecentInput ? "Layout shift after input" : "Layout shift",
      value: value < smallestShift ? "< 0.001" : value.toFixed(3),
      rating: noRating,
      target: sources[0]?.target ?? "",
    };
  }
  if (event.interaction !== undefined) {
    const { name, durationMs, target } = event.interaction;
    return {
      kind: "interaction",
      title: interactionWord(name),
      value: formatDuration(durationMs),
      rating: noRating,
      target,
    };
  }
  if (event.rageClick !== undefined) {
    const { count, target } = event.rageClick;
    return {
      kind: "rage",
      title: "Rage click",
      value: `${count} clicks`,
      rating: noRating,
      target,
    };
  }
  if (event.click !== undefined) {
    return {
      kind: "click",
      title: "Click",
      value: "",
      rating: noRating,
      target: event.click.target,
    };
  }
  if (event.visibilityChange !== undefined) {
    const title = event.visibilityChange.hidden ? "Page hidden" : "Page visible again";
    return { kind: "visibility", title, value: "", rating: noRating, target: "" };
  }
  const other = describeOther(event);
  return other === undefined ? undefined : { ...other, rating: noRating };
}

function interactionWord(name: string): string {
  if (name.startsWith("key")) return "Key press";
  return name === "" ? "Interaction" : "Slow tap or click";
}

/** The end of an event on the axis: an interaction, a run of rage clicks and a call last. */
export function endOf(event: JourneyEvent): number {
  const lasted = event.interaction?.durationMs ?? event.rageClick?.durationMs;
  return event.atUnixMs + (lasted ?? lastedMs(event));
}

/** How much an event's details have to tell; 0: nothing that has to be open at first. */
function tellingScore({ layoutShift, rageClick, interaction, vital, error }: JourneyEvent): number {
  // The sketch of a shift that counts says the most, the larger the more; below 10,000 stand the others in their order.
  if (layoutShift !== undefined)
    return layoutShift.hadRecentInput ? layoutShift.value : 10_000 + layoutShift.value;
  if (rageClick !== undefined) return 9_000;
  if (error !== undefined) return 8_500;
  if (interaction !== undefined) return Math.min(8_000, 100 + interaction.durationMs);
  return vital?.metric === "METRIC_LCP" ? 50 : 0;
}

/** The event that is open at first, as an index; -1: none. */
export function mostTelling({ events }: Journey): number {
  const scores = events.map(tellingScore);
  const best = Math.max(0, ...scores);
  return best === 0 ? -1 : scores.indexOf(best);
}
