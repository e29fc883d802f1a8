// <script async src="…/agent/paceline.js" data-site="academy"></script>
//
// Commands that come before it: window.paceline = window.paceline || []; paceline.push(["track", "video_played"]).
import type { LazyPart } from "./agent.ts";
import { apiOf } from "./api.ts";

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { src, dataset } = script;
  // An inlined agent has no place of its own: the collector has the rest. Async, so that an address that is none rejects.
  const base = src || `${dataset["endpoint"]}/agent/`;
  const api = apiOf(
    src,
    async () => import(new URL(ENGINE_FILE, base) as unknown as string) as Promise<LazyPart>,
  );
  if (dataset["site"]) api["init"]?.(dataset);
}
