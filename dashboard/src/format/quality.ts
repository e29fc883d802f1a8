// What became of a site's beacons, in words.
import type { Outcome, OutcomeCount, Quality, QualityGap } from "../api/types";
import { formatDuration, formatMoment } from "./format";

/** Why a beacon was not taken, and what can be done about it ("" when nothing has to be). */
export interface Reason {
  readonly text: string;
  readonly advice: string;
}

const reasons: Partial<Record<Outcome, Reason>> = {
  OUTCOME_CONFLICT: {
    text: "Another beacon had its number",
    advice: "Two senders use one document's id.",
  },
  OUTCOME_REFUSED_EMPTY: { text: "Empty", advice: "" },
  OUTCOME_REFUSED_TOO_LARGE: {
    text: "Too large",
    advice: "limits.max_body_bytes says how large one may be.",
  },
  OUTCOME_REFUSED_MALFORMED: {
    text: "Not readable",
    advice: "Something else than the agent sends.",
  },
  OUTCOME_REFUSED_INVALID: {
    text: "A value is missing or out of range",
    advice: "The answer to the sender names it.",
  },
  OUTCOME_REFUSED_UNKNOWN_SITE: {
    text: "Names no site of the settings",
    advice: "data-site has to be the key of a site in paceline.yaml.",
  },
  OUTCOME_REFUSED_ORIGIN: {
    text: "From a page of another origin",
    advice: "If the pages are yours, add their origin to the site's origins in paceline.yaml.",
  },
  OUTCOME_REFUSED_SESSION_LIMIT: { text: "More than one session may have", advice: "" },
  OUTCOME_REFUSED_ERASED: { text: "Of an erased visitor", advice: "" },
  OUTCOME_REFUSED_TOO_SLOW: {
    text: "Did not arrive whole in time",
    advice: "Pages try again; their connections are slow, or something between holds bodies back.",
  },
  OUTCOME_RATE_LIMITED: {
    text: "Over the rate limit",
    advice: "limits.site_per_second and limits.address_per_second set it.",
  },
  OUTCOME_OVERLOADED: {
    text: "Too much at once",
    advice: "Pages try again; the disk is slower than what comes.",
  },
  OUTCOME_UNAVAILABLE: {
    text: "Could not be stored",
    advice: "Pages try again; the collector's log says why.",
  },
};

const taken: readonly Outcome[] = ["OUTCOME_ACCEPTED", "OUTCOME_DUPLICATE", "OUTCOME_SAMPLED_OUT"];

/** What was not taken, with its reason, most frequent first. */
export function refusalsOf(
  outcomes: readonly OutcomeCount[],
): readonly (Reason & { readonly outcome: Outcome; readonly count: number })[] {
  return outcomes
    .filter(({ outcome }) => !taken.includes(outcome))
    .map(({ outcome, count }) => ({
      outcome,
      count,
      // One that this dashboard does not know yet.
      ...(reasons[outcome] ?? {
        text: outcome.replace("OUTCOME_", "").toLowerCase().replaceAll("_", " "),
        advice: "",
      }),
    }));
}

/** How many ended in this way. */
export function countOf(outcomes: readonly OutcomeCount[], outcome: Outcome): number {
  return outcomes.find((one) => one.outcome === outcome)?.count ?? 0;
}

/** "97.4", rounded down, so that it is never shown to be better than it is. */
export function percentText(share: number): string {
  // A share such as 0.29 is a little less in binary.
  return String(Math.floor(share * 1000 + 1e-9) / 10);
}

/** The silence that goes on, if there is one. */
export function silenceOf(quality: Quality): QualityGap | undefined {
  return quality.gaps.find((gap) => gap.toUnixMs === 0);
}

/** "14:05 to 14:40 (35 min)", "12 Mar, 23:10 to 13 Mar, 06:40 (7 h 30 min)". */
export function gapText(gap: QualityGap, nowUnixMs: number): string {
  const from = formatMoment(gap.fromUnixMs, nowUnixMs);
  const to = formatMoment(gap.toUnixMs, nowUnixMs);
  return `${from} to ${to} (${formatDuration(gap.toUnixMs - gap.fromUnixMs)})`;
}

const utcDay = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});

/** "21 Nov, UTC", "15 Nov to 21 Nov, UTC". */
export function daysText(quality: Quality): string {
  const first = utcDay.format(quality.fromUnixMs);
  const last = utcDay.format(quality.toUnixMs - 1);
  return first === last ? `${first}, UTC` : `${first} to ${last}, UTC`;
}
