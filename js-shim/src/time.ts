// Times on the wire: units of 0.1 ms from the document's time origin.

/** A duration in milliseconds as wire units of 0.1 ms. */
export function units(milliseconds: number): number {
  return Math.round(milliseconds * 10);
}

/** Turns the document's timestamps into wire units. */
export interface Timeline {
  /** A DOMHighResTimeStamp as wire units. */
  at(milliseconds: number): number;
  /** Begins a page view: values are measured from here on. */
  startAt(milliseconds: number): void;
}

/**
 * Vitals are differences to the start of the page view (its activation or restore). Each time is rounded relative to
 * that start, because the difference of two rounded times can be 0.1 ms off the rounded difference.
 */
export function createTimeline(): Timeline {
  let start = 0;
  return {
    at: (milliseconds) => units(start) + units(milliseconds - start),
    startAt(milliseconds) {
      start = milliseconds;
    },
  };
}
