// Performance entries that TypeScript's DOM library does not know yet.

/** https://wicg.github.io/layout-instability/ */
export interface LayoutShiftSource {
  readonly node: Node | null;
  readonly previousRect: DOMRectReadOnly;
  readonly currentRect: DOMRectReadOnly;
}

export interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly LayoutShiftSource[];
}

/** https://w3c.github.io/event-timing/ */
export interface EventTiming extends PerformanceEventTiming {
  /** Where the browser still knows what an element that is gone was. */
  readonly targetSelector?: string;
}

/** https://w3c.github.io/long-animation-frames/ */
export interface ScriptTiming extends PerformanceEntry {
  readonly invoker: string;
  readonly invokerType: string;
  readonly executionStart: number;
  readonly sourceURL: string;
  readonly sourceFunctionName: string;
  readonly sourceCharPosition: number;
  readonly pauseDuration: number;
  readonly forcedStyleAndLayoutDuration: number;
  readonly windowAttribution: string;
}

export interface LongAnimationFrame extends PerformanceEntry {
  readonly renderStart: number;
  readonly styleAndLayoutStart: number;
  readonly blockingDuration: number;
  readonly firstUIEventTimestamp: number;
  readonly scripts: readonly ScriptTiming[];
}

/** https://wicg.github.io/soft-navigations/ */
export interface InteractionContentfulPaint extends PerformanceEntry {
  readonly interactionId: number;
  readonly largestContentfulPaint?: LargestContentfulPaint;
}

export interface SoftNavigation extends PerformanceEntry {
  readonly navigationId?: number;
  readonly interactionId: number;
  readonly paintTime?: number;
  readonly presentationTime?: number;
  getLargestInteractionContentfulPaint?(): InteractionContentfulPaint | null;
}

export type NavigationTiming = PerformanceNavigationTiming & {
  readonly activationStart?: number;
  readonly navigationId?: number;
};

/** What each observed type delivers. */
export interface EntryTypes {
  readonly event: EventTiming;
  readonly "first-input": EventTiming;
  readonly "interaction-contentful-paint": InteractionContentfulPaint;
  readonly "largest-contentful-paint": LargestContentfulPaint;
  readonly "layout-shift": LayoutShift;
  readonly "long-animation-frame": LongAnimationFrame;
  readonly paint: PerformancePaintTiming;
  readonly resource: PerformanceResourceTiming;
  readonly "soft-navigation": SoftNavigation;
}
