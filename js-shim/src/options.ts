// What a site can set.

export interface InitOptions {
  /** The site's key in the collector's settings. */
  readonly site: string;
  /** Base URL of the collector. Default: where the agent itself came from. */
  readonly endpoint?: string | undefined;
  /** Share of sessions in the sample, above 0 up to 1, the default. With 0 the agent does nothing. */
  readonly sampleRate?: number | undefined;
  /** False: nothing is stored in the browser, and every page is a session of its own. Default: true. */
  readonly storage?: boolean | undefined;
}
