import { defineConfig } from "vitest/config";

// Unit tests of the TypeScript parts; a file that needs a DOM says so with `@vitest-environment jsdom`.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["tests/unit/**/*.test.{ts,tsx}"],
  },
});
