// A host for features under test: keeps what they record, call and set.
import { vi } from "vitest";
import type { EntryKind } from "../../../../js-shim/src/entry-batch.ts";
import type { FeatureHost, SiteConfig } from "../../../../js-shim/src/features/host.ts";
import { createGuard } from "../../../../js-shim/src/guard.ts";
import type { InitOptions } from "../../../../js-shim/src/options.ts";
import type { Field } from "../../../../js-shim/src/protobuf.ts";
import { createTimeline } from "../../../../js-shim/src/time.ts";

export interface HostDouble extends FeatureHost {
  readonly calls: (readonly string[])[];
  readonly recorded: (readonly [EntryKind, readonly Field[]])[];
  readonly routes: number[];
  readonly values: Map<number, number>;
  readonly tags: Record<string, string>;
  errors: number;
  open(path: string): void;
  hide(): void;
}

export interface HostOptions {
  readonly options?: Partial<InitOptions>;
  readonly config?: SiteConfig;
  readonly useStorage?: boolean;
  readonly sessionId?: string;
}

export function createHostDouble(given: HostOptions = {}): HostDouble {
  const { options = {}, config, useStorage = true, sessionId = "ab".repeat(16) } = given;
  const onPageView: ((path: string) => void)[] = [];
  const onHidden: (() => void)[] = [];
  const onStop: (() => void)[] = [];
  const calls: (readonly string[])[] = [];
  const tags: Record<string, string> = {};
  let path = "/";
  const host: HostDouble = {
    options: { site: "academy", ...options },
    baseUrl: "https://rum.example",
    timeline: createTimeline(),
    record: (kind, atMs, ...fields) =>
      host.recorded.push([kind, [host.timeline.at(atMs), ...fields]]),
    sender: {} as FeatureHost["sender"],
    guard: createGuard(vi.fn()),
    useStorage,
    sessionId,
    tellCall: (name, args) => calls.push([name, ...args]),
    setTags: (added) => Object.assign(tags, added),
    tags,
    onCall: vi.fn(),
    reading: (metric) => host.values.get(metric),
    errorCount: () => host.errors,
    beginRoute: (start) => host.routes.push(start),
    onPageView(callback) {
      onPageView.push(callback);
      callback(path);
    },
    onHidden: (callback) => onHidden.push(callback),
    flagClicks: vi.fn(),
    stop: () => onStop.forEach((callback) => callback()),
    onStop: (callback) => onStop.push(callback),
    tellError: vi.fn(),
    calls,
    recorded: [],
    routes: [],
    values: new Map(),
    errors: 0,
    open(next) {
      path = next;
      onPageView.forEach((callback) => callback(next));
    },
    hide: () => onHidden.forEach((callback) => callback()),
  };
  if (config) vi.stubGlobal("fetch", () => Promise.resolve(Response.json(config)));
  vi.stubGlobal("paceline", {
    conversion: (...args: unknown[]) => calls.push(["conversion", ...args.map(String)]),
  });
  return host;
}
