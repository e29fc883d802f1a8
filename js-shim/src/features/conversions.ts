// C17: conversions that the page itself shows, by attributes, by an event, and by rules.
//
//   <form data-paceline-conversion="email_signup">            when it is submitted
//   <a data-paceline-conversion="resource_download" …>        when it is clicked
//   document.dispatchEvent(new CustomEvent("paceline:conversion", { detail: { type: "purchase_completed", value: 49 } }))
import { fingerprintOf } from "./fingerprint.ts";
import type { ConversionRule, FeatureHost } from "./host.ts";
import { closest, followRules } from "./rules.ts";
import { createSessionMemory } from "./session-memory.ts";
import { listen } from "./shared.ts";

const ATTRIBUTE = "data-paceline-conversion";
const MAX_REMEMBERED = 50;

/** Conversions by attributes and by the event. */
export function followConversionMarks(host: FeatureHost): void {
  listen(host, window, "click submit", (event) => {
    const element = closest(event, `[${ATTRIBUTE}]`);
    // A click inside of a form is not yet its submission.
    if (!element || element.matches("form") !== (event.type === "submit")) return;
    const attributes: Record<string, string> = {};
    for (const key of ["value", "currency", "id"]) {
      const value = element.getAttribute(`data-paceline-${key}`);
      if (value) attributes[key] = value;
    }
    convert(element.getAttribute(ATTRIBUTE), attributes);
  });
  listen(host, window, "paceline:conversion", (event) => {
    const { detail } = event as CustomEvent<unknown>;
    const { type, ...attributes } = (detail instanceof Object ? detail : { type: detail }) as {
      readonly type?: unknown;
    };
    convert(type, attributes);
  });
}

/** Conversions by rules. A page that is loaded again, or gone back to, has converted once in a session. */
export function followConversionRules(host: FeatureHost, rules: readonly ConversionRule[]): void {
  const memory = createSessionMemory<readonly string[]>(host, "converted", []);
  followRules(host, rules, ({ type }, by) => {
    if (by === "page") {
      // An address may say who somebody is.
      const key = `${type} ${fingerprintOf(location.pathname + location.search)}`;
      const seen = memory.get();
      if (seen.includes(key)) return;
      memory.set([...seen, key].slice(-MAX_REMEMBERED));
    }
    convert(type);
  });
}

// As if the page had called: the call adds what is known of the session.
function convert(type: unknown, attributes: object = {}): void {
  const page = window as Window & {
    readonly paceline?: { conversion(type: unknown, attributes: object): void };
  };
  if (type) page.paceline?.conversion(type, attributes);
}
