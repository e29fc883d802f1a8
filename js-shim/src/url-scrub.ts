// Takes what may be personal out of URLs. The same rule as core's; tests/fixtures/url_scrub_vectors.json holds both.

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi;
// Of letters and digits, with a digit in it: letters alone are words. Or what stands for a UUID.
const TOKEN = /(?=[a-z]*\d)[a-z\d]{16,}|\n/gi;
const MAX_URL_LENGTH = 2048;

/** Cuts query and fragment; replaces path segments like e-mail addresses, and what looks like a token within others. */
export function scrubUrl(url: string): string {
  return scrubTokens(
    url
      .replace(/[?#].*/s, "")
      .replace(/(^|\/)[^/]*(@|%40)[^/]*/g, "$1:email")
      .slice(0, MAX_URL_LENGTH),
  );
}

/** Replaces what looks like a token. */
// In between a line break, which URLs and words do not have, stands for a UUID, so that a replacement never becomes a part of a token.
export function scrubTokens(text: string): string {
  return text.replace(UUID, "\n").replace(TOKEN, ":token");
}

/** The path of a URL of this page's origin, otherwise its origin and path. For images and other resources. */
export function resourceOf(url: string, isReferrer?: boolean): string {
  return (
    url &&
    safely(() => {
      const { protocol, origin, pathname } = new URL(url, location.href);
      // data: and blob: URLs hold contents or ids, not places.
      if (!protocol.startsWith("http")) return protocol;
      const path = scrubUrl(pathname);
      return origin === location.origin ? path : isReferrer ? origin : origin + path;
    })
  );
}

/** The empty text for nothing. */
export function textOf(value: unknown): string {
  return `${value ?? ""}`;
}

/** The empty text for what throws: a page may pass anything, even what cannot be read or made a text. */
export function safely<Result = string>(read: () => Result): Result | "" {
  try {
    return read();
  } catch {
    return "";
  }
}
