// C5: how the session began: its entry page, referrer and campaign. What the site itself says of visitor and page is in
// ../context-details.ts.
import { scrubText } from "../text-scrub.ts";
import { resourceOf, scrubUrl } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { loadedUrl } from "./loaded-url.ts";
import { createSessionMemory } from "./session-memory.ts";

const MAX_VALUE_LENGTH = 100;

export function followBusinessContext(host: FeatureHost): void {
  const memory = createSessionMemory<Readonly<Record<string, string>> | undefined>(
    host,
    "entry",
    undefined,
  );
  let known = memory.get();
  if (!known) memory.set((known = entryOf()));
  host.setTags(known);
}

// The first page of the session in which the agent came to this point.
function entryOf(): Record<string, string> {
  // An earlier page of the site was left before that.
  const referrer = document.referrer && resourceOf(document.referrer, true);
  const isOwn = referrer.startsWith("/");
  const found: Record<string, string> = {
    entryPage: isOwn ? referrer : scrubUrl(location.pathname),
    referrer: isOwn ? "" : referrer,
  };
  for (const [name, value] of loadedUrl().searchParams) {
    if (/^utm_(source|medium|campaign|term|content)$/.test(name))
      found[name] = scrubText(value).slice(0, MAX_VALUE_LENGTH);
  }
  return found;
}
