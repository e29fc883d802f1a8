import { ratingInfo } from "../format/vitals";
import type { Rating } from "../api/types";

const shapes = {
  good: <circle cx="6" cy="6" r="4.5" />,
  fair: <rect x="2" y="2" width="8" height="8" rx="1" />,
  poor: <path d="M6 1.2 11 10.4H1z" stroke-linejoin="round" />,
  none: (
    <path d="M2 6h8" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
  ),
} as const;

/** A rating's shape in its colour: circle, square, triangle. Always beside a word or a value. */
export function RatingMark({ rating }: { readonly rating: Rating }) {
  const { tone } = ratingInfo(rating);
  return (
    <svg class={`mark tone-${tone}`} viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}

/** Shape and word. */
export function RatingBadge({ rating }: { readonly rating: Rating }) {
  const { tone, word } = ratingInfo(rating);
  return (
    <span class={`badge tone-${tone}`}>
      <RatingMark rating={rating} />
      {word}
    </span>
  );
}

/** A value with its rating's shape; the word is there for screen readers and on hovering. */
export function RatedValue({ rating, text }: { readonly rating: Rating; readonly text: string }) {
  const { word } = ratingInfo(rating);
  return (
    <span class="rated" title={word}>
      <RatingMark rating={rating} />
      {text}
      <span class="hidden"> ({word})</span>
    </span>
  );
}
