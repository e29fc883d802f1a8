// Names DOM nodes for people: short, the same on every visit, and without content.

const MAX_PARTS = 4;
const MAX_LENGTH = 100;
// Words with at most one number of two digits: no generated, hashed or personal names such as css-1x2y3z or user-48151.
const STABLE_NAME = /^(?=.{1,32}$)[a-z][a-z_-]*\d{0,2}[a-z_-]*$/i;

/**
 * A CSS-like path such as "main>section.hero>img", ending early at an ancestor with a stable id. Taken when the entry
 * arrives, because the node may be gone later. Empty for no node.
 */
export function selectorOf(node: Node | null | undefined): string {
  const parts: string[] = [];
  let element = node instanceof Element ? node : node?.parentElement;
  for (; element && parts.length < MAX_PARTS; element = element.parentElement) {
    // By attribute: form.id may be an input of that name.
    const id = element.getAttribute("id");
    if (id && STABLE_NAME.test(id)) {
      parts.unshift(`#${id}`);
      break;
    }
    const classes = [...element.classList].filter((name) => STABLE_NAME.test(name)).slice(0, 2);
    parts.unshift([element.localName, ...classes].join("."));
  }
  return parts.join(">").slice(0, MAX_LENGTH);
}
