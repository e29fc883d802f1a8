// Alerts and insights: what the collector has found out. They come from its authenticated read endpoint; the site's key,
// which every visitor has, reads nothing. So the site hands in a token for those who may, or fetches by its own server.
import { useEffect, useMemo, useRef, useState } from "react";

export type Severity = "info" | "warning" | "error" | "critical";

export interface Alert {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface Insight {
  readonly id: string;
  readonly category: string;
  readonly [field: string]: unknown;
}

export interface RemoteOptions {
  /** Base URL of the collector's API, without a slash at the end. Default: the page's own origin. */
  readonly endpoint?: string;
  /** Sent as "Authorization: Bearer …". */
  readonly token?: string;
  /** Instead of `endpoint` and `token`: gets the path with its query, and gives what the endpoint would. */
  readonly fetcher?: (path: string) => Promise<unknown>;
  /** How often to ask again, in milliseconds; 0: once. Default: 60,000. */
  readonly refreshMs?: number;
}

/** "unavailable": the collector has no such endpoint. "forbidden": the token does not permit it. */
export type RemoteStatus = "loading" | "ready" | "unavailable" | "forbidden" | "error";

export interface Remote<Item> {
  readonly status: RemoteStatus;
  readonly items: readonly Item[];
}

const REFRESH_MS = 60_000;
// By the status of an answer.
const FAILURES: Readonly<Record<number, RemoteStatus>> = {
  401: "forbidden",
  403: "forbidden",
  404: "unavailable",
};

/** Alerts, all or of one severity, and by severity. Each new one is told to the page as the event "paceline:alert". */
export function usePacelineAlerts(
  options: RemoteOptions & { readonly severity?: Severity } = {},
): Remote<Alert> & { readonly bySeverity: Readonly<Partial<Record<Severity, readonly Alert[]>>> } {
  const { severity } = options;
  const remote = useRemote<Alert>("alerts", severity ? `?severity=${severity}` : "", options);
  const bySeverity = useMemo(() => groupBy(remote.items, "severity"), [remote.items]);
  useEffect(() => {
    for (const alert of remote.items) announce(alert);
  }, [remote.items]);
  return { ...remote, bySeverity };
}

/** Insights, all or of one category, and by category. */
export function usePacelineInsights(
  options: RemoteOptions & { readonly category?: string } = {},
): Remote<Insight> & { readonly byCategory: Readonly<Record<string, readonly Insight[]>> } {
  const { category } = options;
  const query = category ? `?category=${encodeURIComponent(category)}` : "";
  const remote = useRemote<Insight>("insights", query, options);
  const byCategory = useMemo(() => groupBy(remote.items, "category"), [remote.items]);
  return { ...remote, byCategory };
}

function useRemote<Item>(
  name: string,
  query: string,
  { endpoint = "", token, fetcher, refreshMs = REFRESH_MS }: RemoteOptions,
): Remote<Item> {
  const [remote, setRemote] = useState<Remote<Item>>({ status: "loading", items: [] });
  // One that is written where it is handed in is another on every render: no reason to ask again.
  const latest = useRef(fetcher);
  useEffect(() => {
    latest.current = fetcher;
  });
  useEffect(() => {
    const abort = new AbortController();
    const path = `/api/v1/${name}${query}`;
    const ask = async (): Promise<void> => {
      const next = await (latest.current
        ? ownAnswer(latest.current, path)
        : answerOf(endpoint + path, token, abort.signal));
      if (abort.signal.aborted) return;
      const items = itemsOf<Item>(next.body, name);
      // After a failure, what was known before stays to be seen.
      setRemote((before) => ({ status: next.status, items: items ?? before.items }));
    };
    void ask();
    const timer = refreshMs ? setInterval(() => void ask(), refreshMs) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [name, query, endpoint, token, refreshMs]);
  return remote;
}

interface RemoteAnswer {
  readonly status: RemoteStatus;
  readonly body?: unknown;
}

async function answerOf(
  url: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<RemoteAnswer> {
  try {
    const headers: HeadersInit = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(url, { headers, signal });
    if (!response.ok) return { status: FAILURES[response.status] ?? "error" };
    return { status: "ready", body: await response.json() };
  } catch {
    return { status: "error" };
  }
}

async function ownAnswer(
  fetcher: (path: string) => Promise<unknown>,
  path: string,
): Promise<RemoteAnswer> {
  try {
    return { status: "ready", body: await fetcher(path) };
  } catch (error) {
    const { status = 0 } = Object(error) as { readonly status?: number };
    return { status: FAILURES[status] ?? "error" };
  }
}

// A list, or an object with the list under the endpoint's name.
function itemsOf<Item>(body: unknown, name: string): readonly Item[] | undefined {
  const list: unknown = Array.isArray(body)
    ? body
    : (Object(body) as Record<string, unknown>)[name];
  return Array.isArray(list) ? (list as Item[]) : undefined;
}

function groupBy<Item extends object>(
  items: readonly Item[],
  key: keyof Item & string,
): Record<string, readonly Item[]> {
  const groups: Record<string, Item[]> = {};
  for (const item of items) (groups[String(item[key])] ??= []).push(item);
  return groups;
}

const announced = new Set<string>();

// Once in a document, however many components ask.
function announce(alert: Alert): void {
  if (announced.has(alert.id)) return;
  announced.add(alert.id);
  dispatchEvent(new CustomEvent("paceline:alert", { detail: alert }));
}
