// @paceline/agent as an ES module.
import type { Engine } from "./engine.ts";
import type { InitOptions } from "./options.ts";
import { start } from "./start.ts";

export type { InitOptions };

/** Starts measuring this page. Calls after the first do nothing. */
export function init(options: InitOptions): void {
  start(options, import.meta.url, async () => {
    // Replaced by the file's name as a literal, which bundlers follow.
    const { loadEngine } = (await import(ENGINE_MODULE)) as { loadEngine: () => Promise<Engine> };
    return loadEngine();
  });
}
