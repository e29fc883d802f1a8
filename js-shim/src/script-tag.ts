// <script async src="…/agent/paceline.js" data-site="academy"></script>
//
// Commands that came before: window.paceline = window.paceline || []; paceline.push(["track", "video_played"]).
import type { LazyPart } from "./agent.ts";
import { CALLS, journeyOf } from "./api.ts";
import { frontOf, type Front } from "./front.ts";
import type { InitOptions } from "./options.ts";

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { src, dataset } = script;
  const page = window as Window & { paceline?: unknown };
  const early = page.paceline;
  const push = (...commands: Parameters<Front>[]): void =>
    commands.forEach((command) => front(...command));
  const api: Record<string, unknown> = { push, journey: (name: string) => journeyOf(front, name) };
  const front = frontOf(
    { source: src, loadLazy: () => import(new URL(ENGINE_FILE, src).href) as Promise<LazyPart> },
    api,
  );
  for (const name of CALLS) api[name] = (...args: unknown[]) => front(name, ...args);
  if (dataset.site) front("init", { ...dataset } as unknown as InitOptions);
  // Another copy has been here.
  if (!early || Array.isArray(early)) page.paceline = api;
  if (Array.isArray(early)) push(...(early as Parameters<Front>[]));
}
