// Takes what may be personal out of texts: messages, stacks, names.
import { scrubTokens, scrubUrl, textOf } from "./url-scrub.ts";

const MAX_TEXT_LENGTH = 1024;

/** A text with what may be personal replaced: e-mail addresses, queries of URLs, tokens. */
export function scrubText(text: unknown): string {
  return textOf(text)
    .slice(0, MAX_TEXT_LENGTH)
    .replace(/\S+/g, (word) => (/[/@]/.test(word) ? scrubUrl : scrubTokens)(word));
}
