// Names DOM nodes for people: short, the same on every visit, and without content.

const MAX_LENGTH = 100;
// Words with at most one number of two digits: no generated, hashed or personal names such as css-1x2y3z or user-48151.
const STABLE_NAME = /^(?=.{1,32}$)[a-z][a-z_-]*\d{0,2}[a-z_-]*$/i;

/**
 * A CSS-like path such as "html>body>main>section.hero>img", with all classes in alphabetical order, from the nearest
 * ancestor with an id, or from as far up as 100 characters reach: the web-vitals library's rule, but for names that are
 * not stable, which are passed over. Taken when the entry arrives, because the node may be gone later. Empty for no node.
 */
export function selectorOf(node: Node | null | undefined): string {
  let path = "";
  for (let at = node; at?.nodeName && at !== document; at = at.parentNode) {
    const { nodeName, classList } = at as Element;
    // By attribute: form.id may be an input of that name.
    const id = classList && (at as Element).getAttribute("id");
    const isAnchor = id && STABLE_NAME.test(id);
    const name = classList ? nodeName.toLowerCase() : nodeName.slice(1).toUpperCase();
    const words = [...(classList ?? [])].filter((word) => STABLE_NAME.test(word)).sort();
    const part = isAnchor ? `#${id}` : [name, ...words].join(".");
    if (path.length + part.length >= MAX_LENGTH) return path || part.slice(0, MAX_LENGTH);
    path = path ? `${part}>${path}` : part;
    if (isAnchor) break;
  }
  return path;
}
