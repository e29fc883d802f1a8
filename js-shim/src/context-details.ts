// What the first part leaves out of the context: the rest of the device, language and release, the tags, and by which
// rules clicks are judged.
import type { Agent } from "./agent.ts";
import { describeDevice } from "./context.ts";
import { hexOf } from "./features/hex.ts";
import { message, packed, type Field } from "./protobuf.ts";
import { textOf } from "./url-scrub.ts";

interface NavigatorExtras {
  readonly connection?: {
    readonly rtt?: number;
    readonly downlink?: number;
    readonly saveData?: boolean;
  };
}

/** Adds to what is known of visitor and page; an empty value removes the key. */
export type SetTags = (added: object) => void;

/** Options that are tags of the same name, until the site says something else. */
const OPTIONS = [
  "userId",
  "userType",
  "subscriptionTier",
  "pageGroup",
  "course",
  "programme",
  "coach",
  "experiment",
  "variant",
] as const;

/** Puts all that is known into the batches from now on, and gives what adds to it. */
export function completeContext(agent: Agent): SetTags {
  const { options } = agent;
  const { clickRules, release } = options;
  const tags: Record<string, string> = {};
  const setTags = tagsOf(options.site, tags);
  for (const name of OPTIONS) setTags({ [name]: options[name] });
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
  return setTags;
}

// A visitor's id never leaves the page as it is, but as its SHA-256, with the site's key in front; the collector hashes
// once more, with a secret of its own. Where the browser cannot hash, in pages without https, no visitor is told.
function tagsOf(site: string, tags: Record<string, string>): SetTags {
  let user: string;
  const setUser = (id: string): void => {
    user = id;
    if (!id) return;
    crypto.subtle?.digest("SHA-256", new TextEncoder().encode(`${site}:${id}`)).then(
      (hash) => {
        // Unless it is somebody else by now, or nobody.
        if (user === id) tags["userId"] = hexOf(new Uint8Array(hash));
      },
      () => undefined,
    );
  };
  return (added) => {
    for (const [key, value] of Object.entries(added)) {
      const isUser = key === "userId";
      tags[key] = isUser ? "" : textOf(value);
      if (isUser) setUser(textOf(value));
    }
  };
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
    matchMedia("not all and (display-mode:browser)").matches,
  ];
}
