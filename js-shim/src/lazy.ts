// paceline-engine-<hash>.js: everything that may come when the page is idle.
import type { Agent } from "./agent.ts";
import { followCommands } from "./commands.ts";
import { completeContext } from "./context-details.ts";
import { drive } from "./driver.ts";
import { loadEngine, type Engine } from "./engine.ts";
import { completeEntries } from "./entry-details.ts";
import { startFeatures } from "./features/index.ts";
import { followFailures } from "./error-details.ts";
import { followSoftNavigations } from "./features/soft-navigations.ts";
import { createHost } from "./host.ts";
import { followLoad } from "./load-details.ts";
import { followPaints } from "./paint-details.ts";
import { followSession } from "./session-life.ts";

/** Takes over from the agent's first part. The features run even where the engine cannot. */
export function attach(agent: Agent, load: () => Promise<Engine> = loadEngine): void {
  const { session } = agent;
  // Consent may have been revoked while this was on its way.
  if (!session || agent.isStopped) return;
  const setTags = completeContext(agent);
  followFailures(agent);
  followCommands(agent, setTags);
  followSession(agent, session);
  const engine = drive(agent, load);
  followLoad(agent);
  followPaints(agent);
  completeEntries(agent, session);
  followSoftNavigations(agent);
  startFeatures(createHost(agent, session, setTags, (metric) => engine()?.reading(metric)));
}
