// What the collector has set for a site.

/** What the collector has set for the site: GET /v1/config?site=KEY, cached by the browser. */
export interface SiteConfig {
  /** Journeys that start and step by themselves, from pages and clicks. */
  readonly journeys?: readonly JourneyDefinition[];
  /** Stages by page: the first pattern that fits the path wins. `*` stands for anything but a slash, `**` for anything. */
  readonly stages?: readonly { readonly stage: string; readonly pages: readonly string[] }[];
  /** Conversions that are recognised by themselves. */
  readonly conversions?: readonly ConversionRule[];
  /** Hosts of checkouts elsewhere, whose links get the session's reference. */
  readonly checkoutHosts?: readonly string[];
}

export interface JourneyDefinition {
  readonly name: string;
  readonly version: number;
  readonly steps: readonly JourneyStepRule[];
}

/** A step is complete when a page of `page` is opened, or something that `click` selects is clicked. */
export interface JourneyStepRule {
  readonly name: string;
  readonly page?: string;
  readonly click?: string;
}

export interface ConversionRule {
  readonly type: string;
  readonly page?: string;
  readonly click?: string;
  readonly submit?: string;
}
