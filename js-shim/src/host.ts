// Makes the host of the features from what the parts of the agent share.
import type { Agent } from "./agent.ts";
import type { FeatureHost, SiteConfig } from "./features/host.ts";
import { recordError } from "./errors.ts";
import { recordCall, setTags } from "./front.ts";
import { NavigationType } from "./page-views.ts";
import type { Session } from "./session.ts";
import { scrubUrl } from "./url-scrub.ts";

/** Puts its callbacks in front of what the agent does itself. */
export function createHost(agent: Agent, session: Session): FeatureHost {
  const { guard } = agent;
  const onPageView: ((path: string) => void)[] = [];
  const onHidden: (() => void)[] = [];
  const onVisible: (() => void)[] = [];
  const onStop: (() => void)[] = [];
  const inFront =
    (callbacks: (() => void)[], own: () => void): (() => void) =>
    () => {
      for (const callback of callbacks) callback();
      own();
    };
  agent.onHidden = inFront(onHidden, agent.onHidden);
  agent.onVisible = inFront(onVisible, agent.onVisible);
  agent.stop = inFront(onStop, agent.stop);
  agent.onPageView = (path) => onPageView.forEach((callback) => callback(path));

  let config: Promise<SiteConfig | undefined> | undefined;
  return {
    options: agent.options,
    endpoint: agent.endpoint,
    recorder: agent.recorder,
    sender: agent.sender,
    guard,
    mayStore: agent.useStorage,
    sessionId: session.id,
    api: agent.api,
    get config() {
      return (config ??= fetchConfig(agent));
    },
    call: (name, args, atMs = performance.now()) => recordCall(agent, name, args, atMs),
    setTags: (tags) => setTags(agent, tags),
    beginRoute(startMs) {
      agent.drain();
      session.pages++;
      agent.beginPageView(NavigationType.route, startMs);
    },
    onPageView(callback) {
      const guarded = guard(callback);
      onPageView.push(guarded);
      guarded(scrubUrl(location.pathname));
    },
    onHidden: (callback) => onHidden.push(guard(callback)),
    onVisible: (callback) => onVisible.push(guard(callback)),
    stop: () => agent.stop(),
    // Not guarded as the others: it has to run after too many failures, too.
    onStop: (callback) =>
      onStop.push(() => {
        try {
          callback();
        } catch {
          // The next one may still give back what it took.
        }
      }),
    flagClicks: (flagsOf) => (agent.flagsOf = flagsOf),
    error: (kind, reason, attributes, place) => recordError(agent, kind, reason, attributes, place),
  };
}

// Without credentials and headers of ours, so without a preflight.
async function fetchConfig({ endpoint, options }: Agent): Promise<SiteConfig | undefined> {
  try {
    const url = `${endpoint}/v1/config?site=${encodeURIComponent(options.site)}`;
    const response = await fetch(url, { credentials: "omit" });
    return response.ok ? ((await response.json()) as SiteConfig) : undefined;
  } catch {
    return undefined;
  }
}
