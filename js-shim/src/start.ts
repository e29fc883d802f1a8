// From options to a running agent, once per document.
import { startAgent } from "./agent.ts";
import type { Engine } from "./engine.ts";
import type { InitOptions } from "./options.ts";
import { whenActivated } from "./page-views.ts";
import { MILLION } from "./sampling.ts";

/**
 * Does nothing where the browser is too old, or an agent is running in this document. Never throws.
 *
 * @param source where the agent was loaded from; its origin is the endpoint, unless the options have another
 */
export function start(
  options: InitOptions,
  source: string,
  loadEngine: () => Promise<Engine>,
): void {
  try {
    const { site, endpoint = new URL(source).origin, sampleRate = 1, storage = true } = options;
    const sampleRatePpm = Math.min(Math.ceil(sampleRate * MILLION), MILLION);
    const page = window as Window & { [RUNNING]?: boolean };
    if (page[RUNNING] || !site || !(sampleRatePpm > 0)) return;
    page[RUNNING] = true;
    whenActivated(() => {
      try {
        startAgent({
          site,
          endpoint: endpoint.replace(/\/+$/, ""),
          sampleRatePpm,
          useStorage: storage,
          loadEngine,
        });
      } catch {
        // Without PerformanceObserver, crypto or the like, there is nothing to measure.
      }
    });
  } catch {
    // The same.
  }
}

// Shared by every copy of the agent in the document.
const RUNNING = Symbol.for("paceline.agent");
