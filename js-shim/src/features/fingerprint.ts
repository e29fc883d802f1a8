/** 32 bits of a text, as a number: what the text was cannot be found from it. */
export function fingerprintOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash;
}
