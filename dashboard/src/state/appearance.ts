// Light, dark, or as the system has it. Kept in this browser.
import { useEffect, useState } from "preact/hooks";

export type Appearance = "system" | "light" | "dark";

export const appearances: readonly Appearance[] = ["system", "light", "dark"];

const key = "paceline.appearance";

function readAppearance(): Appearance {
  const value = localStorage.getItem(key);
  return appearances.find((appearance) => appearance === value) ?? "system";
}

/** Puts the kept choice on the page. To be called before the first draw: charts read colours from the style sheet. */
export function applyAppearance(appearance: Appearance = readAppearance()): void {
  if (appearance === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", appearance);
}

/** The choice, what sets it, and whether dark is shown now. */
export function useAppearance(): readonly [Appearance, (appearance: Appearance) => void, boolean] {
  const [appearance, setAppearance] = useState(readAppearance);
  const systemIsDark = useMedia("(prefers-color-scheme: dark)");
  const choose = (next: Appearance): void => {
    localStorage.setItem(key, next);
    applyAppearance(next);
    setAppearance(next);
  };
  return [appearance, choose, appearance === "dark" || (appearance === "system" && systemIsDark)];
}

/** Whether a media query matches; the component is drawn again when that changes. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = (): void => setMatches(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}
