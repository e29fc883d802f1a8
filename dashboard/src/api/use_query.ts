// Asks when the key changes, asks again when `refresh` changes, and keeps showing the last answer meanwhile.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./client";

export interface QueryState<T> {
  /** The last answer for this key. */
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
}

const nothing = { data: undefined, error: undefined, isLoading: true } as const;

/**
 * @param key what the answer depends on; a new key drops the old answer.
 * @param refresh a counter; a new value asks again in the background.
 * @param ask gives the answer. Called with a signal that aborts when the answer is no longer wanted.
 */
export function useQuery<T>(
  key: string,
  refresh: number,
  ask: (signal: AbortSignal) => Promise<T>,
): QueryState<T> {
  const [state, setState] = useState<QueryState<T> & { readonly key: string }>({ ...nothing, key });
  const latest = useRef(ask);
  latest.current = ask;

  useEffect(() => {
    if (key === "") return undefined;
    const abort = new AbortController();
    latest
      .current(abort.signal)
      .then((data) => setState({ key, data, error: undefined, isLoading: false }))
      .catch((reason: unknown) => {
        if (abort.signal.aborted) return;
        const error = reason instanceof ApiError ? reason : new ApiError(0, String(reason));
        setState((old) => ({
          key,
          data: old.key === key ? old.data : undefined,
          error,
          isLoading: false,
        }));
      });
    return () => abort.abort();
  }, [key, refresh]);

  return state.key === key ? state : nothing;
}
