// Takes what may be personal out of URLs. The same rule as core's; tests/fixtures/url_scrub_vectors.json holds both.

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;
// Runs of letters and digits of at least 16, at least one of them a digit: letters alone are words.
const TOKEN = /(?=[a-z]*\d)[a-z\d]{16,}/gi;

/** Cuts query and fragment; replaces path segments like e-mail addresses, and what looks like a token within others. */
export function scrubUrl(url: string): string {
  return url
    .replace(/[?#].*$/s, "")
    .split("/")
    .map((segment) =>
      /@|%40/.test(segment)
        ? ":email"
        : // Split, so that a replacement never becomes a part of a token.
          segment
            .split(UUID)
            .map((rest) => rest.replace(TOKEN, ":token"))
            .join(":token"),
    )
    .join("/");
}

/** The path of a URL of this page's origin, otherwise its origin. For referrers. */
export function referrerOf(url: string): string {
  return describe(url, false);
}

/** The path of a URL of this page's origin, otherwise its origin and path. For images and other resources. */
export function resourceOf(url: string): string {
  return describe(url, true);
}

function describe(url: string, keepForeignPath: boolean): string {
  try {
    const { protocol, origin, pathname } = new URL(url, location.href);
    // data: and blob: URLs hold contents or ids, not places.
    if (!/^http/.test(protocol)) return protocol;
    const path = scrubUrl(pathname);
    if (origin === location.origin) return path;
    return keepForeignPath ? origin + path : origin;
  } catch {
    return "";
  }
}

/** A text with what may be personal replaced: e-mail addresses, queries of URLs, tokens. For messages and stacks. */
export function scrubText(text: unknown): string {
  return String(text)
    .slice(0, MAX_TEXT_LENGTH)
    .replace(/[^\s'"<>(/]+(?:@|%40)[^\s'"<>)/]+/g, ":email")
    .replace(/(\/[^\s'"?#]*)[?#][^\s'":)]*/g, "$1")
    .replace(UUID, ":token")
    .replace(TOKEN, ":token");
}

// More than an entry may carry, so that what is cut at its end has been replaced before.
const MAX_TEXT_LENGTH = 1024;
