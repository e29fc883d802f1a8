// How React's part finds the agent: window.paceline, whether the script tag brought it or the module. Commands that come
// before it wait there; what needs the agent's lazy part waits here.
import type { PageApi } from "../features/page-api.ts";

interface PacelineWindow {
  paceline?: (Partial<PageApi> & { push(...commands: readonly unknown[][]): unknown }) | undefined;
}

const MAX_WAITING = 200;

const waiting: ((agent: PageApi) => void)[] = [];

/** What the agent answers with; nothing on a server, or before the agent's lazy part has come. */
export function pageApi(): PageApi | undefined {
  if (typeof window === "undefined") return undefined;
  const { paceline } = window as PacelineWindow;
  return typeof paceline?.render === "function" ? (paceline as PageApi) : undefined;
}

/** Calls back with the agent, now or as soon as it is there. */
export function withAgent(callback: (agent: PageApi) => void): void {
  if (typeof window === "undefined") return;
  const agent = pageApi();
  if (agent) return callback(agent);
  if (!waiting.length) addEventListener("paceline:ready", onReady, { once: true });
  if (waiting.length < MAX_WAITING) waiting.push(callback);
}

function onReady(): void {
  const agent = pageApi();
  if (agent) for (const callback of waiting.splice(0)) callback(agent);
}

/** A call of the programming interface. */
export function command(name: string, ...args: readonly unknown[]): void {
  if (typeof window === "undefined") return;
  const page = window as unknown as { paceline?: { push?(command: readonly unknown[]): unknown } };
  page.paceline ??= [];
  page.paceline.push?.([name, ...args]);
}
