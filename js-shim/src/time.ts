// Times on the wire: units of 0.1 ms from the document's time origin.

/** A duration in milliseconds as wire units of 0.1 ms. */
export function units(milliseconds: number): number {
  return Math.round(milliseconds * 10);
}

/**
 * Turns the document's timestamps into wire units. Vitals are differences to the start of the page view (its activation or
 * restore). Each time is rounded relative to that start, because the difference of two rounded times can be 0.1 ms off the
 * rounded difference.
 */
export interface Timeline {
  /** When the page view began, in milliseconds: values are measured from here on. */
  begunMs: number;
  /** A DOMHighResTimeStamp as wire units. */
  at(milliseconds: number): number;
}

export function createTimeline(): Timeline {
  return {
    begunMs: 0,
    at(milliseconds) {
      return units(this.begunMs) + units(milliseconds - this.begunMs);
    },
  };
}
