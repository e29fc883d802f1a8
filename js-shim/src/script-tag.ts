// <script async src="…/agent/paceline.js" data-site="academy"></script>
import type { Engine } from "./engine.ts";
import { start } from "./start.ts";

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const { site = "", endpoint, sampleRate, storage } = script.dataset;
  start(
    {
      site,
      endpoint,
      sampleRate: sampleRate === undefined ? undefined : Number(sampleRate),
      storage: storage !== "false",
    },
    script.src,
    async () => {
      const url = new URL(ENGINE_FILE, script.src).href;
      const { loadEngine } = (await import(url)) as { loadEngine: () => Promise<Engine> };
      return loadEngine();
    },
  );
}
