// S8: checkouts elsewhere. What leads there carries the session's reference, by which the conversion is joined later:
// `paceline_ref`, and what the checkout itself hands on to the site. It is added when a link is pressed, not before, so
// that nothing changes in the page.
import { safely } from "../url-scrub.ts";
import type { FeatureHost } from "./host.ts";
import { closest } from "./rules.ts";
import { listen } from "./shared.ts";

/** What else carries the reference, by host, unless the site has set it. */
const HANDED_ON: Readonly<Record<string, string>> = {
  "buy.stripe.com": "client_reference_id",
  "calendly.com": "utm_content",
};

/** `hosts`: of checkouts; each stands for its subdomains, too. */
export function followCheckouts(host: FeatureHost, hosts: readonly string[]): void {
  if (!hosts.length) return;
  /** Calls back for every name under which the reference goes to that address. */
  const hand = (address: string, onName: (name: string, url: URL) => void): void => {
    // The page may have any, also a broken one.
    const url = safely(() => new URL(address, document.baseURI));
    if (!url || url.origin === location.origin) return;
    const { hostname } = url;
    if (!hosts.some((one) => `.${hostname}`.endsWith(`.${one}`))) return;
    for (const name of ["paceline_ref", HANDED_ON[hostname]]) if (name) onName(name, url);
  };

  // Every way to follow a link begins with one of these; the keyboard's is a click, too.
  listen(host, window, "pointerdown mousedown click auxclick contextmenu", (event) => {
    const link = closest(event, "a[href],area[href]") as HTMLAnchorElement | undefined;
    if (link)
      hand(link.href, (name, url) => {
        if (url.searchParams.has(name)) return;
        // Appended as text: to write the parameters anew may change how others are encoded.
        url.search += `${url.search ? "&" : "?"}${name}=${host.sessionId}`;
        link.href = url.href;
      });
  });

  // The form's own fields stay as they are.
  listen(host, window, "formdata", (event) => {
    const { formData, target } = event as FormDataEvent;
    hand((target as Element).getAttribute("action") ?? "", (name) => {
      if (!formData.has(name)) formData.set(name, host.sessionId);
    });
  });
}
