// What a site can set.
import type { SiteConfig } from "./site-config.ts";

/** A script tag's `data-` attributes give the same, as texts: `data-sample-rate="0.5"` is `sampleRate: "0.5"`. */
export interface InitOptions {
  /** The site's key in the collector's settings. */
  readonly site: string;
  /** Base URL of the collector. Default: where the agent itself came from. */
  readonly endpoint?: string | undefined;
  /** Share of sessions in the sample, above 0 up to 1, the default. With 0 the agent does nothing. */
  readonly sampleRate?: number | string | undefined;
  /** False: nothing is stored in the browser, and every page is a session of its own. Default: true. */
  readonly storage?: boolean | "false" | undefined;
  /** "required": nothing is stored or sent until `consent("granted")`; until then, entries wait in memory. */
  readonly consent?: "required" | undefined;
  /** "ignore": Global Privacy Control and Do Not Track do not ask for consent. By default, they do. */
  readonly privacySignals?: "ignore" | undefined;
  /**
   * True: page views of a single-page application begin with the browser's soft navigations, where it has them, and not
   * with every change of route. As an attribute: `data-soft-navigations`.
   */
  readonly softNavigations?: boolean | string | undefined;
  /** The site's own version. */
  readonly release?: string | undefined;
  /**
   * By which rules clicks are judged: BehaviorRules of entry.proto, in the order of its fields, 0 for the default. As an
   * attribute: `data-click-rules="4,800"`.
   */
  readonly clickRules?: readonly number[] | string | undefined;
  /** Chance with which clicks, keys, touches and scrolling are kept as activity, 0 to 1. Default: 0.1. */
  readonly activitySampling?: number | string | undefined;
  /** Tags of the same name: what the visitor and the page are. `context` and `identify` change them later. */
  readonly userType?: string | undefined;
  readonly subscriptionTier?: string | undefined;
  readonly pageGroup?: string | undefined;
  readonly course?: string | undefined;
  readonly programme?: string | undefined;
  readonly coach?: string | undefined;
  readonly experiment?: string | undefined;
  readonly variant?: string | undefined;
  /** Hashed in the page before it goes anywhere. */
  readonly userId?: string | undefined;
  /** Rules of the page's own, before those of the collector's settings; as attributes, JSON. */
  readonly journeys?: SiteConfig["journeys"] | string;
  readonly stages?: SiteConfig["stages"] | string;
  readonly conversions?: SiteConfig["conversions"] | string;
  readonly checkoutHosts?: SiteConfig["checkoutHosts"] | string;
  /** Of the page's own reading (`vitals`, `score`), by vital: good up to the first, poor beyond the second. */
  readonly thresholds?: Readonly<Record<string, readonly [number, number]>> | string;
  /** Forwards vitals, transitions, journeys, conversions and alerts to Google Analytics, by the page's gtag. */
  readonly gtag?: boolean | string | undefined;
  /** How long a click may take to be answered before it is dead, in milliseconds. Default: 1000. */
  readonly clickPatienceMs?: number | string | undefined;
  /**
   * Origins whose requests get a `traceparent` header, none by default; "/" is the page's own. Others than that must
   * allow the header by CORS. As an attribute: `data-trace-origins="/ https://api.example.com"`.
   */
  readonly traceOrigins?: readonly string[] | string | undefined;
  /** "early": the lazy part comes at once instead of when the page is idle, so that calls during the load are told, too. */
  readonly api?: "early" | undefined;
}
