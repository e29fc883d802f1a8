// paceline-engine-<hash>.js: everything that may come when the page is idle.
import type { Agent } from "./agent.ts";
import { drive } from "./driver.ts";
import { loadEngine, type Engine } from "./engine.ts";
import { startFeatures } from "./features/index.ts";
import { followSending } from "./features/sending.ts";
import { createHost } from "./host.ts";
import { createSessionLife } from "./session-life.ts";

/** Takes over from the agent's first part. The features run even where the engine cannot. */
export function attach(agent: Agent, load: () => Promise<Engine> = loadEngine): void {
  const { session, options, guard } = agent;
  if (!session) return;
  const life = createSessionLife(options.site, session, agent.useStorage);

  agent.onVisible = life.touch;
  for (const type of ["click", "keydown"]) {
    addEventListener(type, guard(life.touch), { capture: true, passive: true });
  }

  drive(agent, load, life.keep);
  const host = createHost(agent, session);
  guard(followSending)(host);
  startFeatures(host);
}
