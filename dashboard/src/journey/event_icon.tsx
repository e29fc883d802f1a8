import type { EventKind } from "./events";

const paths: Readonly<Record<EventKind, string>> = {
  vital: "M1.5 9h3l2-5 3 8 2-3h3",
  shift: "M3 3h7v4H3zM6 9h7v4H6z",
  interaction: "M2 8h3v3H2zM5 8h9v3H5z",
  click: "M5 3l7 5-3.4.8L7 12z",
  rage: "M8 1.5 9.6 5l3.9-1-1.6 3.6 2.6 2.8-3.9.3L9 14l-2-3.2-3.8.7 1.4-3.6L2 5.3l3.9-.3z",
  visibility:
    "M1.5 8S4 4 8 4s6.5 4 6.5 4S12 12 8 12 1.5 8 1.5 8zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z",
  problem: "M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.6v.6",
  goal: "M4 14V2.5h8l-2 3 2 3H4",
  other: "M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z",
};

/** A small line drawing of an event's kind. The title beside it says the same. */
export function EventIcon({ kind }: { readonly kind: EventKind }) {
  return (
    <svg class={`event-icon icon-${kind}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[kind]} />
    </svg>
  );
}
