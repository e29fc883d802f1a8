// What the hooks show, read once for all components that ask: every second while somebody does, and at once when the
// route changes.
import type { Score, Summary, Vitals } from "../reading.ts";
import { pageApi } from "./agent.ts";

export interface Memory {
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly limitBytes: number;
  /** 0 to 1. */
  readonly usedShare: number;
}

/** What the page has loaded, decoded. */
export interface Bundle {
  readonly scriptBytes: number;
  readonly styleBytes: number;
  readonly scripts: number;
  readonly styles: number;
}

export interface Route {
  readonly path: string;
  /** The route before. */
  readonly from: string | undefined;
  /** performance.now() when the route was first seen. */
  readonly since: number;
}

export interface State {
  /** False: the agent is not there yet, or may not run. */
  readonly ready: boolean;
  readonly vitals: Vitals;
  readonly score: Score | undefined;
  readonly summary: Summary | undefined;
  readonly route: Route;
  /** Nothing where the browser does not tell. */
  readonly memory: Memory | undefined;
  readonly bundle: Bundle;
}

const INTERVAL_MS = 1000;

const NO_BUNDLE: Bundle = { scriptBytes: 0, styleBytes: 0, scripts: 0, styles: 0 };

/** On a server, and before the first look. */
export const INITIAL: State = {
  ready: false,
  vitals: {},
  score: undefined,
  summary: undefined,
  route: { path: "", from: undefined, since: 0 },
  memory: undefined,
  bundle: NO_BUNDLE,
};

let state = INITIAL;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** For useSyncExternalStore. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    timer = setInterval(look, INTERVAL_MS);
    for (const [target, type] of signs()) target?.addEventListener(type, look);
  }
  look();
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    clearInterval(timer);
    for (const [target, type] of signs()) target?.removeEventListener(type, look);
  };
}

/** The same object, and the same parts of it, as long as nothing has changed. */
export function snapshot(): State {
  return state;
}

function signs(): [EventTarget | undefined, string][] {
  const { navigation } = window as Window & { readonly navigation?: EventTarget };
  return [
    [navigation, "currententrychange"],
    [window, "popstate"],
    [window, "paceline:ready"],
  ];
}

function look(): void {
  const api = pageApi();
  const next: State = {
    ready: !!api,
    vitals: api?.vitals() ?? {},
    score: api?.score(),
    summary: api?.summary(),
    route: routeNow(),
    memory: memoryNow(),
    bundle: bundleNow(),
  };
  const merged: Record<string, unknown> = {};
  let hasChanged = false;
  for (const [key, value] of Object.entries(next)) {
    const before: unknown = state[key as keyof State];
    const isSame = JSON.stringify(before) === JSON.stringify(value);
    merged[key] = isSame ? before : value;
    hasChanged ||= !isSame;
  }
  if (!hasChanged) return;
  state = merged as unknown as State;
  for (const listener of [...listeners]) listener();
}

function routeNow(): Route {
  const { route } = state;
  const path = location.pathname;
  if (path === route.path) return route;
  return { path, from: route.path || undefined, since: performance.now() };
}

function memoryNow(): Memory | undefined {
  const { memory } = performance as Performance & {
    readonly memory?: {
      readonly usedJSHeapSize: number;
      readonly totalJSHeapSize: number;
      readonly jsHeapSizeLimit: number;
    };
  };
  if (!memory) return undefined;
  const { usedJSHeapSize, totalJSHeapSize, jsHeapSizeLimit } = memory;
  return {
    usedBytes: usedJSHeapSize,
    totalBytes: totalJSHeapSize,
    limitBytes: jsHeapSizeLimit,
    usedShare: jsHeapSizeLimit ? usedJSHeapSize / jsHeapSizeLimit : 0,
  };
}

function bundleNow(): Bundle {
  const sum = { scriptBytes: 0, styleBytes: 0, scripts: 0, styles: 0 };
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  for (const { initiatorType, name, decodedBodySize } of entries) {
    const path = name.replace(/[?#].*/, "");
    if (initiatorType === "script" || /\.m?js$/.test(path)) {
      sum.scripts++;
      sum.scriptBytes += decodedBodySize;
    } else if (/\.css$/.test(path)) {
      sum.styles++;
      sum.styleBytes += decodedBodySize;
    }
  }
  return sum;
}
