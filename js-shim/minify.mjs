// Makes the agent's files small: short names for properties that are ours alone, and a second, more patient minifier
// after the bundler's own.
import { minify } from "terser";

// Shared by the first part and the lazy part, so both are built with the same short names. No name here may be one of the
// platform's, of an option, of what is stored or of what the page sees.
const OWN_PROPERTIES = [
  "addEntry",
  "address",
  "options",
  "stop",
  "send",
  "baseUrl",
  "arm",
  "attempts",
  "batch",
  "begin",
  "beginPageView",
  "beginRoute",
  "begunAt",
  "byteCount",
  "clearBatch",
  "describe",
  "disarm",
  "drain",
  "dueUnixMs",
  "endedAt",
  "ensureSession",
  "errorCount",
  "events",
  "tellCall",
  "tellError",
  "failures",
  "fields",
  "flagClicks",
  "flagsOf",
  "grant",
  "guard",
  "isComplete",
  "isWorthKeeping",
  "isPoor",
  "isStopped",
  "keep",
  "keepUnsampled",
  "waiting",
  "listen",
  "loadLazy",
  "look",
  "mayLeave",
  "observer",
  "observerOptions",
  "onCall",
  "onHidden",
  "onPageView",
  "onStop",
  "onVisible",
  "parcel",
  "readers",
  "record",
  "recorded",
  "recorder",
  "ref",
  "retained",
  "rules",
  "sampleRatePpm",
  "sealBatch",
  "sealedUnixMs",
  "sender",
  "sendRaw",
  "sequence",
  "session",
  "sessionId",
  "setTags",
  "begunMs",
  "takeFailure",
  "take",
  "texts",
  "timeline",
  "timer",
  "traceparent",
  "useStorage",
  "wake",
  "wire",
];

/** For esbuild, with a `mangleCache` that all builds share. */
export const mangleProps = new RegExp(`^(?:${OWN_PROPERTIES.join("|")})$`);

/**
 * Minifies what the bundler has made of a module.
 *
 * @param {string} code
 * @param {string} map its source map
 * @returns {Promise<{ code: string, map: string }>}
 */
export async function squeeze(code, map) {
  const result = await minify(code, {
    sourceMap: { content: map },
    ecma: 2020,
    module: true,
    compress: {
      passes: 8,
      keep_fargs: false,
      pure_getters: true,
      // brotli knows a semicolon as well as a comma.
      sequences: false,
      // Nothing is constructed for its effects alone; Emscripten's glue makes views that it does not need.
      pure_new: true,
      // What it may break are objects whose `toString` and `valueOf` differ.
      unsafe: true,
      unsafe_arrows: true,
      unsafe_comps: true,
      unsafe_methods: true,
      unsafe_symbols: true,
    },
    format: { comments: false },
  });
  return { code: result.code, map: result.map };
}
