// What a resource is, and whose.

/** Numbers of paceline.v1.ResourceType. */
export const enum ResourceType {
  script = 1,
  stylesheet,
  image,
  font,
  fetch,
  xmlHttpRequest,
  media,
  document,
  beacon,
  other,
}

// Initiators that leave no doubt.
const BY_INITIATOR: Readonly<Record<string, ResourceType>> = {
  script: ResourceType.script,
  fetch: ResourceType.fetch,
  xmlhttprequest: ResourceType.xmlHttpRequest,
  iframe: ResourceType.document,
  frame: ResourceType.document,
  beacon: ResourceType.beacon,
};

// One group for each of the first four types, and one for media.
const ENDING =
  /\.(?:(m?js)|(css)|(avif|bmp|gif|ico|jpe?g|png|svg|webp)|(eot|otf|ttf|woff2?)|(aac|flac|m3u8|m4[av]|mp[34]|og[agv]|wav|webm))$/i;

const IMAGE_INITIATOR = /^(css|im(g|age)|input)$/;
const MEDIA_INITIATOR = /^(audio|track|video)$/;

/** By initiator where that is certain, otherwise by the path's ending, otherwise by what the initiator makes likely. */
export function resourceTypeOf(
  initiator: string,
  path: string,
  isRenderBlocking: boolean,
): ResourceType {
  const certain = BY_INITIATOR[initiator];
  if (certain) return certain;
  const group = ENDING.exec(path)?.findIndex((part, index) => index && part) ?? 0;
  if (group > 0) return group > 4 ? ResourceType.media : group;
  if (IMAGE_INITIATOR.test(initiator)) return ResourceType.image;
  if (MEDIA_INITIATOR.test(initiator)) return ResourceType.media;
  // Of what a link element loads, only styles hold up the rendering.
  return isRenderBlocking ? ResourceType.stylesheet : ResourceType.other;
}

/**
 * The part of a host name that one owner has, as far as it shows: the last two labels, or three below a country
 * (academy.co.uk). Addresses and single labels are taken whole.
 */
export function ownerOf(host: string): string {
  return /\d$/.test(host) ? host : (/[^.]+\.(\w{2,3}\.\w\w|[^.]+)$/.exec(host)?.[0] ?? host);
}
