// <script async src="…/agent/paceline.js" data-site="academy"></script>
//
// Commands that come before it: window.paceline = window.paceline || []; paceline.push(["track", "video_played"]).
import type { LazyPart } from "./agent.ts";
import { apiOf } from "./api.ts";

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { src, dataset } = script;
  const api = apiOf(src, () => import(new URL(ENGINE_FILE, src).href) as Promise<LazyPart>);
  if (dataset["site"]) api["init"]?.({ ...dataset });
}
