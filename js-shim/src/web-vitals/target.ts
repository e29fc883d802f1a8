// The default name of a node in attributions.

const MAX_LENGTH = 100;

/**
 * A path of tags with their classes in alphabetical order, from the nearest ancestor with an id, or from as far up as
 * 100 characters reach, down to the node.
 */
export function targetOf(node: Node | null): string {
  let path = "";
  try {
    for (let at = node; at && at.nodeType !== Node.DOCUMENT_NODE; at = at.parentNode) {
      const part = partOf(at);
      if (path.length + part.length > MAX_LENGTH - 1) return path || part;
      path = path ? `${part}>${path}` : part;
      if ((at as Element).id) break;
    }
  } catch {
    // A page that has replaced what is read here has fewer names.
  }
  return path;
}

function partOf(node: Node): string {
  const { id, classList } = node as Element;
  if (id) return `#${id}`;
  const name =
    node.nodeType === Node.ELEMENT_NODE
      ? node.nodeName.toLowerCase()
      : node.nodeName.toUpperCase().replace(/^#/, "");
  return [name, ...[...(classList ?? [])].sort()].join(".");
}
