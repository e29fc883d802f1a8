import { expect, test } from "vitest";
import { routePattern } from "../../../../js-shim/src/react/routes.ts";

test.each([
  ["/courses/first-marathon", { id: "first-marathon" }, "/courses/:id"],
  [
    "/en/courses/48/lessons/7",
    { locale: "en", id: "48", lesson: "7" },
    "/:locale/courses/:id/lessons/:lesson",
  ],
  // The same twice, and a fixed part that is a value, too.
  ["/7/lessons/7", { id: "7", lesson: "7" }, "/:id/lessons/:lesson"],
  ["/courses/courses", { id: "courses" }, "/courses/:id"],
  // A splat of React Router, and catch-all segments of Next.js.
  ["/files/a/b.pdf", { "*": "a/b.pdf" }, "/files/*"],
  ["/docs/a/b", { slug: ["a", "b"] }, "/docs/*"],
  // Decoded, or not.
  ["/tags/wet%20on%20wet", { tag: "wet on wet" }, "/tags/:tag"],
  ["/tags/wet%20on%20wet", { tag: "wet%20on%20wet" }, "/tags/:tag"],
  ["/tags/100%", { tag: "100%" }, "/tags/:tag"],
  // What is not there, or nothing.
  ["/courses", { id: undefined }, "/courses"],
  ["/courses", { id: "48" }, "/courses"],
  ["/files/", { "*": "" }, "/files/"],
  ["/docs", { slug: [] }, "/docs"],
  ["/", {}, "/"],
  ["/courses", null, "/courses"],
])("%s with %j is %s", (pathname, params, pattern) => {
  expect(routePattern(pathname, params)).toBe(pattern);
});
