// S8: checkouts elsewhere. What leads there carries the session's reference, by which the conversion is joined later:
// `paceline_ref`, and what the checkout itself hands on to the site. It is added when a link is pressed, not before, so
// that nothing changes in the page.
import type { FeatureHost } from "./host.ts";
import { listen } from "./shared.ts";

/** What else carries the reference, by host, unless the site has set it. */
const HANDED_ON: Readonly<Record<string, string>> = {
  "buy.stripe.com": "client_reference_id",
  "calendly.com": "utm_content",
};

/** `hosts`: of checkouts; each stands for its subdomains, too. */
export function followCheckouts(host: FeatureHost, hosts: readonly string[]): void {
  if (!hosts.length) return;
  const namesFor = ({ hostname, origin }: URL): string[] => {
    if (
      origin === location.origin ||
      !hosts.some((one) => hostname === one || hostname.endsWith(`.${one}`))
    )
      return [];
    return ["paceline_ref", ...[HANDED_ON[hostname] ?? []].flat()];
  };

  // Every way to follow a link begins with one of these; the keyboard's is a click, too.
  listen(host, window, "pointerdown mousedown click auxclick contextmenu", (event) => {
    const link = event
      .composedPath()
      .find((node) => node instanceof HTMLAnchorElement || node instanceof HTMLAreaElement);
    if (!link?.href) return;
    const url = parsedUrl(link.href);
    if (!url) return;
    for (const name of namesFor(url)) {
      // Appended as text: to write the parameters anew may change how others are encoded.
      if (!url.searchParams.has(name))
        url.search += `${url.search ? "&" : "?"}${name}=${host.sessionId}`;
    }
    if (url.href !== link.href) link.href = url.href;
  });

  // The form's own fields stay as they are.
  listen(host, window, "formdata", (event) => {
    const { formData, target } = event as FormDataEvent;
    const action = (target as Element).getAttribute("action") ?? "";
    const url = parsedUrl(action);
    if (!url) return;
    for (const name of namesFor(url)) {
      if (!formData.has(name)) formData.set(name, host.sessionId);
    }
  });
}

/** None for a broken address: the page may have any. */
function parsedUrl(address: string): URL | undefined {
  try {
    return new URL(address, document.baseURI);
  } catch {
    return undefined;
  }
}
