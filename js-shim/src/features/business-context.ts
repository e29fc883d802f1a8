// C5: what is known of a visitor and a page besides speed: what the site says (options, identify, context), and how the
// session began: its entry page, referrer and campaign.
import { scrubText } from "../text-scrub.ts";
import { resourceOf, scrubUrl } from "../url-scrub.ts";
import { hexOf } from "./hex.ts";
import type { FeatureHost } from "./host.ts";
import { loadedUrl } from "./loaded-url.ts";
import { createSessionMemory } from "./session-memory.ts";

/** Options that are tags of the same name, unless the site has called with another value since. */
const OPTIONS = [
  "userType",
  "subscriptionTier",
  "pageGroup",
  "course",
  "programme",
  "coach",
  "experiment",
  "variant",
] as const;
const MAX_VALUE_LENGTH = 100;

export function followBusinessContext(host: FeatureHost): void {
  const { options, tags } = host;
  const memory = createSessionMemory<Readonly<Record<string, string>> | undefined>(
    host,
    "entry",
    undefined,
  );
  let known = memory.get();
  if (!known) memory.set((known = entryOf()));
  host.setTags(known);
  for (const name of OPTIONS) {
    const value = options[name];
    if (value && !tags[name]) host.setTags({ [name]: value });
  }
  followUser(host);
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

// A user's id never leaves the page as it is, but as its SHA-256, with the site's key in front; the collector hashes once
// more, with a secret of its own. Where the browser cannot hash, in pages without https, no user is told.
function followUser(host: FeatureHost): void {
  const { options, tags } = host;
  const given = tags.userId || options.userId;
  let told = "";
  let latest: string;
  const onUser = (id: string): void => {
    told = "";
    latest = id;
    if (!id) return;
    const text = new TextEncoder().encode(`${options.site}:${id}`);
    crypto.subtle?.digest("SHA-256", text).then(
      host.guard((hash) => {
        // Somebody else by now, or nobody.
        if (latest !== id) return;
        told = hexOf(new Uint8Array(hash));
      }),
      () => undefined,
    );
  };
  host.replaceUser({ set: host.guard(onUser), get: () => told });
  onUser(given ?? "");
}
