// Reads the collector's query API. One function per question; parameters are those of query.proto.
import type {
  Journey,
  Metric,
  Pages,
  Quality,
  Rating,
  Sessions,
  Sites,
  TimeSeries,
  Vitals,
} from "./types";

/** A refused or failed request. `status` is the HTTP status, or 0 when no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What is asked about: a site, a half-open range of time, and optionally one page group. */
export interface Scope {
  readonly site: string;
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  readonly pageGroup: string;
}

/** Narrows the list of sessions. "RATING_UNSPECIFIED" and false ask for all. */
export interface SessionFilter {
  readonly rating: Rating;
  readonly rageClicks: boolean;
}

const tokenKey = "paceline.token";

/** The bearer token of this browser tab, or "" when none was entered. */
export function readToken(): string {
  return sessionStorage.getItem(tokenKey) ?? "";
}

/** Keeps the token until the tab is closed. "" forgets it. */
export function storeToken(token: string): void {
  if (token === "") sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, token);
}

/** The URL of an API path, relative to the page, so that a path prefix in front of the collector works. */
export function apiUrl(path: string): URL {
  return new URL(`api/v1/${path}`, document.baseURI);
}

type Parameters = Readonly<Record<string, string | number | boolean>>;

async function get<T>(path: string, parameters: Parameters, signal: AbortSignal): Promise<T> {
  const url = apiUrl(path);
  for (const [name, value] of Object.entries(parameters)) {
    // Absent means the default of the schema.
    if (value !== "" && value !== 0 && value !== false) url.searchParams.set(name, String(value));
  }
  const token = readToken();
  const headers: Record<string, string> = token === "" ? {} : { Authorization: `Bearer ${token}` };
  let response: Response;
  try {
    response = await fetch(url, { headers, signal, cache: "no-store" });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(0, "The collector did not answer.");
  }
  if (!response.ok) throw new ApiError(response.status, await refusalOf(response));
  return (await response.json()) as T;
}

/** The sentence with which the collector refused, or the status when it gave none. */
async function refusalOf(response: Response): Promise<string> {
  const text = (await response.text().catch(() => "")).trim();
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    if (typeof error?.message === "string" && error.message !== "") return error.message;
  } catch {
    if (text !== "" && text.length < 300 && !text.startsWith("<")) return text;
  }
  return `The collector answered with status ${response.status}.`;
}

const inScope = (scope: Scope): Parameters => ({
  site: scope.site,
  from_unix_ms: scope.fromUnixMs,
  to_unix_ms: scope.toUnixMs,
});

export const getSites = (signal: AbortSignal): Promise<Sites> => get("sites", {}, signal);

export const getVitals = (scope: Scope, signal: AbortSignal): Promise<Vitals> =>
  get("vitals", { ...inScope(scope), page_group: scope.pageGroup }, signal);

export const getTimeSeries = (
  scope: Scope,
  metric: Metric,
  stepMs: number,
  signal: AbortSignal,
): Promise<TimeSeries> =>
  get(
    "timeseries",
    { ...inScope(scope), page_group: scope.pageGroup, metric, step_ms: stepMs },
    signal,
  );

export const getPages = (scope: Scope, limit: number, signal: AbortSignal): Promise<Pages> =>
  get("pages", { ...inScope(scope), limit }, signal);

export const getQuality = (
  site: string,
  interval: { readonly fromUnixMs: number; readonly toUnixMs: number },
  signal: AbortSignal,
): Promise<Quality> => get("quality", inScope({ site, ...interval, pageGroup: "" }), signal);

export const getSessions = (
  scope: Scope,
  filter: SessionFilter,
  limit: number,
  signal: AbortSignal,
): Promise<Sessions> =>
  get(
    "sessions",
    {
      ...inScope(scope),
      page_group: scope.pageGroup,
      rating: filter.rating === "RATING_UNSPECIFIED" ? "" : filter.rating,
      rage_clicks: filter.rageClicks,
      limit,
    },
    signal,
  );

export const getJourney = (
  site: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<Journey> => get(`sessions/${encodeURIComponent(sessionId)}`, { site }, signal);
