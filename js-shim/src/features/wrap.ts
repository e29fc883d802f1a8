// Puts a function of ours around one of the browser's.
import type { FeatureHost } from "./host.ts";

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces `owner[name]` until the agent stops. `around` gets the original, bound to the call's `this`, and the call's
 * arguments. A Proxy keeps everything that can be seen of a function: name, length, properties, its text.
 */
export function wrap(
  host: FeatureHost,
  owner: object,
  name: string,
  around: (proceed: (args: unknown[]) => unknown, args: unknown[], self: unknown) => unknown,
): void {
  const functions = owner as Record<string, Callable>;
  const original = functions[name];
  if (!original) return;
  let isOn = true;
  const wrapped = new Proxy(original, {
    apply(target, self, args: unknown[]) {
      const proceed = (given: unknown[]): unknown => Reflect.apply(target, self, given);
      return isOn ? around(proceed, args, self) : proceed(args);
    },
    // The text of a Proxy lacks the function's name.
    get: (target, key) =>
      key === "toString" ? target.toString.bind(target) : (Reflect.get(target, key) as unknown),
  });
  functions[name] = wrapped;
  host.onStop(() => {
    isOn = false;
    // Whoever has wrapped it again keeps a function that does nothing more.
    if (functions[name] === wrapped) functions[name] = original;
  });
}
