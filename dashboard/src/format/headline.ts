import { vitals } from "./vitals";
import type { Vitals } from "../api/types";

const numbers = ["None", "One", "Two", "Three"] as const;

/** The overview in one sentence: how many of the measured Core Web Vitals are good. */
export function headlineOf(answer: Vitals): string {
  const measured = vitals
    .filter((info) => info.isCore)
    .flatMap((info) =>
      answer.vitals.filter((vital) => vital.metric === info.metric && vital.count > 0),
    );
  if (measured.length === 0)
    return answer.pageViews > 0 ? "No Core Web Vital measured yet" : "No page views yet";
  const good = measured.filter((vital) => vital.rating === "RATING_GOOD").length;
  const all = measured.length;
  if (all === 1) return `The one Core Web Vital measured is ${good === 1 ? "good" : "not good"}`;
  const total = (numbers[all] ?? String(all)).toLowerCase();
  if (good === all)
    return all === 2
      ? "Both Core Web Vitals measured are good"
      : `All ${total} Core Web Vitals are good`;
  const some = numbers[good] ?? String(good);
  return `${some} of ${total} Core Web Vitals ${good === 1 ? "is" : "are"} good`;
}
