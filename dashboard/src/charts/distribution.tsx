import { ratingInfo } from "../format/vitals";
import { wholePercents } from "../format/format";
import { RatingMark } from "../components/rating";
import type { Rating } from "../api/types";

interface Props {
  readonly shares: {
    readonly good: number;
    readonly needsImprovement: number;
    readonly poor: number;
  };
}

const order: readonly Rating[] = ["RATING_GOOD", "RATING_NEEDS_IMPROVEMENT", "RATING_POOR"];

/** A bar of the good, needs-improvement and poor shares, with their percentages written out. */
export function Distribution({ shares }: Props) {
  const values = [shares.good, shares.needsImprovement, shares.poor];
  const percents = wholePercents(values);
  let offset = 0;
  return (
    <div class="distribution">
      <svg
        class="distribution-bar"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {order.map((rating, index) => {
          const share = (values[index] ?? 0) * 100;
          const start = offset;
          offset += share;
          if (share <= 0) return null;
          const gap = offset < 99.9 ? 0.8 : 0;
          const width = Math.max(0.6, share - gap);
          return (
            <rect
              key={rating}
              class={`fill-${ratingInfo(rating).tone}`}
              x={start}
              width={width}
              height="6"
            />
          );
        })}
      </svg>
      <ul class="distribution-key">
        {order.map((rating, index) => (
          <li key={rating}>
            <RatingMark rating={rating} />
            <span class="hidden">{ratingInfo(rating).word}: </span>
            {percents[index]}&nbsp;%
          </li>
        ))}
      </ul>
    </div>
  );
}
