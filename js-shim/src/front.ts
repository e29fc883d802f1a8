// The programming interface, one per document: keeps calls until an agent runs, and starts and stops it by consent.
import { startAgent, type Agent, type LazyPart } from "./agent.ts";
import { recordCall } from "./calls.ts";
import type { InitOptions } from "./options.ts";
import { keyOf } from "./session.ts";
import { safely, textOf } from "./url-scrub.ts";

export type Command = readonly [name: string, ...args: unknown[]];

const MAX_WAITING_CALLS = 100;

/**
 * Gives what takes a command. It never throws, whatever it is given.
 *
 * @param source where this copy of the agent came from; its origin is the default endpoint
 */
export function createFront(
  source: string,
  loadLazy: () => Promise<LazyPart>,
): (command: Command) => void {
  let options: InitOptions | undefined;
  let decision: unknown;
  let agent: Agent | undefined;
  let waiting: Command[] = [];

  const update = (): void => {
    if (!options) return;
    const { site, sampleRate = 1, consent, privacySignals } = options;
    if (decision && decision !== "granted") {
      waiting = [];
      agent?.stop();
      agent = undefined;
      for (const storage of [localStorage, sessionStorage])
        for (const key in storage)
          if (`${key}.`.startsWith(`${keyOf(site)}.`)) storage.removeItem(key);
    } else if ((document as Document & { readonly prerendering?: boolean }).prerendering) {
      // Nobody has viewed the page yet.
      document.addEventListener("prerenderingchange", update);
      // A text is compared as a number, too.
    } else if (site && (sampleRate as number) > 0 && window.PerformanceObserver) {
      const running = (agent ??= startAgent(options, source, loadLazy));
      if (decision || !needsConsent(consent, privacySignals)) running.grant();
      for (const command of waiting.splice(0)) safely(() => call(running, command));
    }
  };

  return (command) =>
    safely(() => {
      const [name, argument] = command;
      if (name === "init") options ??= argument as InitOptions;
      // A banner that is still waiting says "pending". Nothing at all is no consent.
      else if (name === "consent") decision = argument === "pending" ? decision : argument || 1;
      else if (!waiting[MAX_WAITING_CALLS - 1]) waiting.push(command);
      update();
    });
}

interface PrivacySignals {
  readonly globalPrivacyControl?: boolean;
  readonly doNotTrack?: string | null;
}

function needsConsent(consent?: string, privacySignals?: string): boolean | undefined {
  return (
    consent === "required" ||
    (privacySignals !== "ignore" &&
      ((navigator as PrivacySignals).globalPrivacyControl ||
        (navigator as PrivacySignals).doNotTrack === "1"))
  );
}

function call(agent: Agent, command: Command): void {
  const [name, ...args] = command;
  // No call of ours is a part of these.
  if ("error identify context".includes(name)) {
    agent.waiting.push(command);
  } else {
    // An object as key, value, key, value.
    const texts = args.flatMap((arg) => (arg instanceof Object ? Object.entries(arg).flat() : arg));
    agent.isWorthKeeping |= (name === "conversion") as unknown as number;
    recordCall(agent, name, texts.map(textOf));
  }
}
