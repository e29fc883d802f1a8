import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["build/", "**/node_modules/", "paceline-data/"] },
  eslint.configs.recommended,
  tseslint.configs.strict,
  {
    files: ["**/*.{js,mjs,ts,tsx}"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console", "process", "Buffer", "URL", "URLSearchParams", "fetch", "performance", "setTimeout",
          "clearTimeout", "setInterval", "clearInterval", "TextEncoder", "TextDecoder", "AbortController",
          "AbortSignal", "WebAssembly", "structuredClone", "setImmediate", "crypto", "Response", "Request",
          "window", "document", "location", "navigator", "history", "localStorage", "sessionStorage",
          "addEventListener", "removeEventListener", "requestAnimationFrame", "requestIdleCallback",
          "PerformanceObserver", "Event", "CustomEvent", "MouseEvent", "HTMLElement", "FormData", "Image",
          "IntersectionObserver", "matchMedia", "customElements", "Blob", "self", "globalThis", "queueMicrotask",
        ].map((name) => [name, "readonly"]),
      ),
    },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
    },
  },
);
