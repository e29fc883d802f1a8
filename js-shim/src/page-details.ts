// C3: what the server says of the page in Server-Timing, and how the page was rendered.
import type { NavigationEntry } from "./page-views.ts";
import { scrubText } from "./text-scrub.ts";

// Names that servers and networks give in Server-Timing. The description is the value; the first that is there counts.
const CACHE_STATUS = "cache cache-status cdn-cache cfcachestatus x-cache";
const SERVER_REGION = "region pop edge cdn-pop colo";
const REQUEST_TYPE = "request request-type type";
const RENDERING = "render rendering";

// An element takes no fewer bytes of HTML than this: a document of more elements than its bytes allow was made by scripts.
const MIN_ELEMENT_BYTES = 8;

/** Fields 16 to 19 of Entry.Navigation: cache status, region, request type, rendering. */
export function pageDetails(entry: NavigationEntry): readonly string[] {
  const said = (names: string): string =>
    scrubText(
      entry.serverTiming?.find(({ name }) => names.split(" ").includes(name.toLowerCase()))
        ?.description,
    );
  const elements = document.getElementsByTagName("*").length;
  const { decodedBodySize } = entry;
  const isMadeByScripts = decodedBodySize > 0 && decodedBodySize < elements * MIN_ELEMENT_BYTES;
  return [
    said(CACHE_STATUS),
    said(SERVER_REGION),
    said(REQUEST_TYPE),
    said(RENDERING) || (isMadeByScripts ? "client" : ""),
  ];
}
