import type { Live } from "../state/use_live";
import type { Route } from "../state/route";

/** What every view gets. */
export interface ViewProps {
  readonly route: Route;
  readonly live: Live;
  /** A new value asks for the data again. */
  readonly refresh: number;
  readonly onRetry: () => void;
}
