import type { Rect } from "../api/types";

/** Phones are rarely wider than this, desktops' windows rarely narrower than the second. CSS pixels. */
const phoneWidth = 430;
const phoneHeight = 860;
const desktopWidth = 1280;
const desktopHeight = 800;

/**
 * The size of a viewport that holds all rectangles: the journey does not tell the visitor's own, so it is a phone's when
 * everything fits into one and a desktop's otherwise, grown where something reaches further. Undefined when there is
 * nothing to draw.
 */
export function sketchFrame(
  rects: readonly (Rect | undefined)[],
): { readonly width: number; readonly height: number } | undefined {
  const visible = rects.filter(
    (rect): rect is Rect => rect !== undefined && rect.width > 0 && rect.height > 0,
  );
  if (visible.length === 0) return undefined;
  const right = Math.max(...visible.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...visible.map((rect) => rect.y + rect.height));
  const isPhone = right <= phoneWidth;
  return {
    width: isPhone ? Math.max(right, 390) : Math.max(right, desktopWidth),
    height: Math.max(bottom, isPhone ? phoneHeight : desktopHeight),
  };
}
