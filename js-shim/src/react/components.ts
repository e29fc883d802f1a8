// The profiler wrapper and the error boundary.
import {
  Component,
  Profiler,
  createElement,
  useCallback,
  type ErrorInfo,
  type ProfilerOnRenderCallback,
  type ReactElement,
  type ReactNode,
} from "react";
import { withAgent } from "./agent.ts";

/** A frame at 60 a second: what takes longer is slow. */
export const SLOW_RENDER_MS = 16;

export interface PacelineProfilerProps {
  /** The name under which the renders are shown. */
  readonly id: string;
  readonly children?: ReactNode;
  /** Called for renders that took more than 16 ms. */
  readonly onSlow?: (id: string, actualMs: number) => void;
}

/**
 * React's Profiler, told to the agent: mounts and updates with their actual and base durations. React's production build
 * has no profiler, unless it is the profiling one ("react-dom/profiling").
 */
export function PacelineProfiler({ id, children, onSlow }: PacelineProfilerProps): ReactElement {
  const onRender = useCallback<ProfilerOnRenderCallback>(
    (name, phase, actual, base, begun) => {
      withAgent((agent) => agent.render(name, phase !== "mount", actual, base, begun));
      if (actual > SLOW_RENDER_MS) onSlow?.(name, actual);
    },
    [onSlow],
  );
  return createElement(Profiler, { id, onRender }, children);
}

export interface PacelineErrorBoundaryProps {
  readonly children?: ReactNode;
  /** Instead of what failed: an element, or what gives one from the error and a function that tries again. */
  readonly fallback?: ReactNode | ((error: unknown, retry: () => void) => ReactNode);
  readonly onError?: (error: unknown, info: ErrorInfo) => void;
}

interface BoundaryState {
  readonly failed: boolean;
  readonly error?: unknown;
}

/** Catches what its children throw while rendering, tells the agent, and shows the fallback. */
export class PacelineErrorBoundary extends Component<PacelineErrorBoundaryProps, BoundaryState> {
  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failed: true, error };
  }

  override state: BoundaryState = { failed: false };

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const component = /^\s*(?:at )?(\S+)/.exec(info.componentStack ?? "")?.[1] ?? "";
    withAgent((agent) => agent.renderError(error, { component }));
    this.props.onError?.(error, info);
  }

  override render(): ReactNode {
    const { children, fallback = null } = this.props;
    const { failed, error } = this.state;
    if (!failed) return children;
    return typeof fallback === "function"
      ? fallback(error, () => this.setState({ failed: false, error: undefined }))
      : fallback;
  }
}
