// What the first part leaves out of the context: the rest of the device, language and release, the tags, and by which
// rules clicks are judged.
import type { Agent } from "./agent.ts";
import { describeDevice } from "./context.ts";
import { message, packed, type Field } from "./protobuf.ts";
import { textOf } from "./url-scrub.ts";

/** What the site says of visitor and page, by key. An empty value is none. */
export type Tags = Record<string, string>;

interface NavigatorExtras {
  readonly connection?: {
    readonly rtt?: number;
    readonly downlink?: number;
    readonly saveData?: boolean;
  };
}

/** Puts all that is known into the batches from now on. Gives the tags. */
export function completeContext(agent: Agent): Tags {
  const { clickRules, release } = agent.options;
  // The visitor's id never leaves as it is: it is not enumerable until its hash is in its place.
  const tags: Tags = Object.defineProperty({}, "userId", { writable: true, configurable: true });
  // Once, because asking for the viewport may cost the page a layout.
  const device = [...describeDevice().slice(0, 2), ...connectionFields(), ...screenFields()];
  const display = displayFields();
  agent.describe = () => [
    ...device,
    navigator.language,
    // A browser sends its User-Agent itself.
    "",
    release,
    packed(
      Object.entries(tags)
        .filter(([, value]) => value)
        .flat()
        .map(agent.ref),
    ),
    ...display,
  ];
  if (clickRules) agent.rules = message(String(clickRules).split(",").map(Number));
  return tags;
}

/** Adds to what is known of visitor and page; an empty value removes the key. */
export function setTags(tags: Tags, added: object): void {
  for (const [key, value] of Object.entries(added)) tags[key] = textOf(value);
}

/** Fields 3 to 6 of Context, and 2 to 5 of ConnectionChange. What is not known is no number, and left out. */
export function connectionFields(): readonly Field[] {
  const { connection = {} }: Navigator & NavigatorExtras = navigator;
  return [
    describeDevice()[2],
    connection.rtt,
    Math.round((connection.downlink as number) * 1000),
    connection.saveData,
  ];
}

// Fields 7 to 11 of Context.
function screenFields(): readonly Field[] {
  return [innerWidth, innerHeight, screen.width, screen.height, navigator.maxTouchPoints];
}

// Fields 16 and 17: the orientation, as CSS has it, and whether the page is shown as an app.
function displayFields(): readonly Field[] {
  return [
    innerHeight >= innerWidth ? 1 : 2,
    matchMedia("(display-mode:standalone),(display-mode:fullscreen),(display-mode:minimal-ui)")
      .matches,
  ];
}
