// Rules by which a site says what its pages, clicks and forms mean.
import { safely } from "../url-scrub.ts";
import type { FeatureHost, SiteConfig } from "./host.ts";
import { listen, matches } from "./shared.ts";

/** Fits when a page of `page` is opened, something that `click` selects is clicked, or such a form is submitted. */
export interface Rule {
  readonly page?: string;
  readonly click?: string;
  readonly submit?: string;
}

/** The site's rules: those that the page itself gives as options, before those that the collector has. */
export async function rulesOf(
  host: FeatureHost,
): Promise<<Name extends keyof SiteConfig>(name: Name) => Required<SiteConfig>[Name]> {
  const config = await fetchConfig(host);
  return <Name extends keyof SiteConfig>(name: Name) =>
    [
      ...listOf(host.options[name]),
      ...listOf(config?.[name]),
    ] as unknown[] as Required<SiteConfig>[Name];
}

// Nothing when the collector has none, or cannot be reached. Without credentials and headers of ours, so without a preflight.
async function fetchConfig({ baseUrl, options }: FeatureHost): Promise<SiteConfig | undefined> {
  try {
    const url = `${baseUrl}/v1/config?site=${encodeURIComponent(options.site)}`;
    // What a refusal says has none of a configuration's parts.
    return (await (await fetch(url, { credentials: "omit" })).json()) as SiteConfig;
  } catch {
    return undefined;
  }
}

/** An option that may be JSON, as an attribute of the script tag is. */
export function parsed<T>(option: T | string | undefined): T | "" | undefined {
  return typeof option === "string" ? safely(() => JSON.parse(option) as T) : option;
}

function listOf(option: readonly unknown[] | string | undefined): readonly unknown[] {
  const list = parsed(option);
  return Array.isArray(list) ? list : [];
}

/** Whether a path fits a pattern: `*` stands for anything but a slash, `**` for anything. */
export function fits(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[^\w/*]/g, "\\$&")
    .replace(/\*+/g, (stars) => (stars[1] ? ".*" : "[^/]*"));
  return RegExp(`^${source}$`).test(path);
}

/** The nearest element around an event's target that a selector selects. A selector that is none selects nothing. */
export function closest(event: Event, selector: string): Element | undefined {
  // Not Element.closest: it ends at the shadow root.
  const find = (): Element | undefined =>
    event.composedPath().find((node): node is Element => matches(node, selector));
  return safely(find) || undefined;
}

/** Calls back for every rule that fits, in their order, with what it was that fitted: "page", "click" or "submit". */
export function followRules<R extends Rule>(
  host: FeatureHost,
  rules: readonly R[],
  onFit: (rule: R, by: string) => void,
): void {
  host.onPageView((path) => {
    for (const rule of rules) if (rule.page && fits(rule.page, path)) onFit(rule, "page");
  });
  listen(host, window, "click submit", (event) => {
    const by = event.type as "click" | "submit";
    for (const rule of rules) {
      const selector = rule[by];
      if (selector && closest(event, selector)) onFit(rule, by);
    }
  });
}
