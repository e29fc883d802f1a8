import { goTo, type Route } from "../state/route";

/** The chosen page group, with a button that takes the filter away. */
export function PageFilter({ route }: { readonly route: Route }) {
  if (route.pageGroup === "") return null;
  return (
    <p class="chip">
      <span>
        Page <strong>{route.pageGroup}</strong>
      </span>
      <button
        type="button"
        aria-label="Show all pages"
        onClick={() => goTo({ ...route, pageGroup: "" })}
      >
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="m3 3 6 6M9 3 3 9" />
        </svg>
      </button>
    </p>
  );
}
