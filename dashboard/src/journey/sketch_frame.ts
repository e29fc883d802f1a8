import type { JourneyPageView, Rect } from "../api/types";

type Viewport = Pick<JourneyPageView, "viewportWidth" | "viewportHeight">;

/** Where the page view does not tell its viewport. CSS pixels. */
const assumed = { width: 1280, height: 800 };

/**
 * The size of the page view's viewport, grown where a rectangle reaches further. Undefined when there is nothing to
 * draw.
 */
export function sketchFrame(
  rects: readonly (Rect | undefined)[],
  viewport: Viewport | undefined,
): { readonly width: number; readonly height: number } | undefined {
  const visible = rects.filter(
    (rect): rect is Rect => rect !== undefined && rect.width > 0 && rect.height > 0,
  );
  if (visible.length === 0) return undefined;
  return {
    width: Math.max(
      viewport?.viewportWidth || assumed.width,
      ...visible.map((rect) => rect.x + rect.width),
    ),
    height: Math.max(
      viewport?.viewportHeight || assumed.height,
      ...visible.map((rect) => rect.y + rect.height),
    ),
  };
}
