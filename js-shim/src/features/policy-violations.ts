// C9: what the page's Content-Security-Policy has blocked, or would block.
import { ErrorKind } from "../errors.ts";
import type { FeatureHost } from "./host.ts";
import { listen } from "./shared.ts";

interface Violation {
  readonly effectiveDirective: string;
  readonly blockedURL?: string;
  readonly blockedURI?: string;
  readonly sourceFile: string | null;
  readonly lineNumber: number | null;
  readonly columnNumber: number | null;
}

export function followPolicyViolations(host: FeatureHost): void {
  const take = host.guard((violation: Violation) => {
    const { effectiveDirective, sourceFile, lineNumber, columnNumber } = violation;
    // The agent finds out for itself whether it may compile WebAssembly.
    if (sourceFile === import.meta.url) return;
    // A keyword such as "inline", or an address.
    const reason = {
      name: effectiveDirective,
      message: violation.blockedURL ?? violation.blockedURI,
    };
    host.tellError(ErrorKind.policy, {
      reason,
      // What is null is left out.
      filename: sourceFile as string,
      lineno: lineNumber as number,
      colno: columnNumber as number,
    });
  });
  if ("ReportingObserver" in window) {
    // It tells what was blocked before, too; the event does not.
    const observer = new ReportingObserver(
      (reports) => reports.forEach(({ body }) => take(body as unknown as Violation)),
      { types: ["csp-violation"], buffered: true },
    );
    observer.observe();
    host.onStop(() => observer.disconnect());
  } else {
    listen(host, document, "securitypolicyviolation", (event) =>
      take(event as SecurityPolicyViolationEvent),
    );
  }
}
