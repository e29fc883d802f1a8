import { useState } from "preact/hooks";
import { readToken, storeToken } from "../api/client";
import { Logo } from "./logo";

/** Asks for the collector's token. It stays in this tab's session storage. */
export function TokenPrompt({ onDone }: { readonly onDone: () => void }) {
  const [token, setToken] = useState("");
  const wasRefused = readToken() !== "";
  const submit = (event: Event): void => {
    event.preventDefault();
    storeToken(token.trim());
    onDone();
  };
  return (
    <main class="prompt">
      <form class="prompt-box" onSubmit={submit}>
        <Logo />
        <h1>This collector asks for a token</h1>
        <p class="soft" id="token-help">
          It is the value of <code>auth.token</code> in <code>paceline.yaml</code>. It is kept in
          this tab only, until the tab is closed.
        </p>
        {wasRefused ? (
          <p class="prompt-error" role="alert">
            The token was not accepted.
          </p>
        ) : null}
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          aria-describedby="token-help"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <button class="button button-main" type="submit">
          Continue
        </button>
      </form>
    </main>
  );
}
