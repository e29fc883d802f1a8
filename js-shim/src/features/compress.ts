// Compression of what is worth it. gzip says itself what it is, by its first two bytes, with which no message of ours
// begins: a header would make the browser ask first (CORS preflight).

const MIN_BYTES = 512;
const MAX_SHARE = 0.8;

/** Whether `compress` may find something. Below, an answer costs more than it saves. */
export function mayCompress(body: Uint8Array): boolean {
  return body.length > MIN_BYTES && typeof CompressionStream === "function";
}

/** The body as gzip; itself when less than a fifth would be saved, or compressing fails. Never rejects. */
export async function compress(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    return packed.length < body.length * MAX_SHARE ? packed : body;
  } catch {
    return body;
  }
}
