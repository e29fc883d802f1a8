// What is shown instead of data: loading, nothing yet, and errors that say what to do.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ApiError } from "../api/client";

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="state" role="status">
      <span class="loading-line" aria-hidden="true" />
      <p class="soft">Loading {what}…</p>
    </div>
  );
}

interface ErrorProps {
  readonly error: ApiError;
  readonly onRetry: () => void;
}

/** A full-width message in place of a view. */
export function ErrorState({ error, onRetry }: ErrorProps) {
  return (
    <div class="state" role="alert">
      <h2>{headline(error)}</h2>
      <p>{error.message}</p>
      <p class="soft">{advice(error)}</p>
      <button class="button" type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** A line above data that could not be renewed. */
export function StaleNotice({ error, onRetry }: ErrorProps) {
  return (
    <div class="notice" role="alert">
      <p>
        <strong>These numbers are from before.</strong> {error.message} {advice(error)}
      </p>
      <button class="button" type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function headline(error: ApiError): string {
  if (error.status === 0) return "No connection to the collector";
  if (error.status === 403) return "Not allowed";
  if (error.status === 404) return "Not found";
  if (error.status < 500) return "The collector did not accept the question";
  return "The collector has a problem";
}

function advice(error: ApiError): string {
  if (error.status === 0)
    return "Check that the paceline process runs and that this address reaches it.";
  if (error.status === 403)
    return "Open the dashboard under the address the collector was told to listen on.";
  if (error.status === 404)
    return "It may have been deleted or have passed its retention, or the site is not in paceline.yaml.";
  if (error.status < 500)
    return "Choose another range or page, or reload the page after an upgrade.";
  return "The collector's log and /healthz say more. It is safe to try again.";
}

/** No site has any data, or this one has none in the range. */
export function NothingYet({
  site,
  children,
}: {
  readonly site: string;
  readonly children?: ComponentChildren;
}) {
  const tag = `<script async src="${new URL("agent/paceline.js", document.baseURI).href}" data-site="${site}"></script>`;
  return (
    <div class="state state-empty">
      <svg class="empty-art" viewBox="0 0 320 60" aria-hidden="true">
        <path
          class="logo-ticks"
          d={Array.from({ length: 21 }, (_, i) => `M${i * 16} ${i % 5 === 0 ? 46 : 51}V58`).join(
            "",
          )}
        />
        <path class="logo-line empty-line" d="M0 36h132l9-22 13 36 11-28 6 14h149" />
      </svg>
      <h2>Ready for the first page view</h2>
      <p>
        Put this line into the head of every page of your site. Data shows up here a few seconds
        after a visit.
      </p>
      <Snippet text={tag} />
      {children}
    </div>
  );
}

function Snippet({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard
      .writeText(text)
      .then(() => setCopied(true))
      .catch(() => setCopied(false));
  };
  return (
    <div class="snippet">
      <code tabIndex={0}>{text}</code>
      {/* The clipboard needs a secure context; elsewhere the text can be selected. */}
      {isSecureContext ? (
        <button class="button" type="button" onClick={copy}>
          {copied ? "Copied" : "Copy"}
        </button>
      ) : null}
    </div>
  );
}
