// Makes the host of the features from what the parts of the agent share.
import type { Agent } from "./agent.ts";
import { hexOf } from "./features/hex.ts";
import type { FeatureHost } from "./features/host.ts";
import { recordCall } from "./calls.ts";
import { recordError } from "./error-details.ts";
import type { SetTags } from "./context-details.ts";
import { NavigationType } from "./page-views.ts";
import { At, idOf, type Session } from "./session.ts";
import { safely, scrubUrl } from "./url-scrub.ts";

/** Puts its callbacks in front of what the agent does itself. */
export function createHost(
  agent: Agent,
  session: Session,
  setTags: SetTags,
  reading: FeatureHost["reading"],
): FeatureHost {
  const { guard, beginPageView, timeline } = agent;
  const onPageView: (() => void)[] = [];
  const onHidden: (() => void)[] = [];
  const onStop: (() => void)[] = [];
  const inFront =
    (callbacks: (() => void)[], own: () => void): (() => void) =>
    () => {
      for (const callback of callbacks) callback();
      own();
    };
  agent.onHidden = inFront(onHidden, agent.onHidden);
  agent.stop = inFront(onStop, agent.stop);
  agent.beginPageView = (...args) => {
    beginPageView(...args);
    for (const callback of onPageView) callback();
  };

  return {
    ...agent,
    record: (kind, atMs, ...fields) => agent.record(kind, [timeline.at(atMs), ...fields]),
    sender: agent,
    sessionId: hexOf(idOf(session)),
    tellCall: (...call) => recordCall(agent, ...call),
    setTags,
    onCall: (callback) => (agent.onCall = guard(callback)),
    reading,
    errorCount: () => agent.failures.length,
    beginRoute(startMs) {
      agent.drain();
      session[At.pageCount]++;
      agent.beginPageView(NavigationType.route, startMs);
    },
    onPageView(callback) {
      const guarded = guard(callback);
      const tell = (): void => guarded(scrubUrl(location.pathname));
      onPageView.push(tell);
      tell();
    },
    onHidden: (callback) => onHidden.push(guard(callback)),
    // Not guarded as the others: it has to run after too many failures, too.
    onStop(callback) {
      // The next one may still give back what it took.
      const onEnd = (): void => void safely(callback);
      if (agent.isStopped) onEnd();
      else onStop.push(onEnd);
    },
    flagClicks: (flagsOf) => (agent.flagsOf = flagsOf),
    tellError: (...failure) => recordError(agent, ...failure),
  };
}
