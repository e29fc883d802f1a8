// @vitest-environment jsdom
// @vitest-environment-options { "url": "https://academy.example/" }
import { expect, it, vi } from "vitest";
import { followCheckouts } from "../../../../js-shim/src/features/checkout.ts";
import { createGuard } from "../../../../js-shim/src/guard.ts";
import { createHostDouble } from "./host_double.ts";

function press(href: string): string {
  document.body.innerHTML = `<a href="${href}">x</a>`;
  const link = document.querySelector("a") as HTMLAnchorElement;
  link.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, composed: true }));
  return link.href;
}

it("adds the reference to links to a checkout, and survives broken ones", () => {
  const giveUp = vi.fn();
  const host = { ...createHostDouble(), guard: createGuard(giveUp) };
  followCheckouts(host, ["buy.stripe.com"]);
  for (let i = 0; i < 6; ++i) expect(press("http://[")).toBe("http://[");
  expect(giveUp).not.toHaveBeenCalled();
  expect(press("https://buy.stripe.com/a")).toBe(
    `https://buy.stripe.com/a?paceline_ref=${host.sessionId}&client_reference_id=${host.sessionId}`,
  );
  host.stop();
});

it("follows nothing without hosts", () => {
  const listen = vi.spyOn(window, "addEventListener");
  followCheckouts(createHostDouble(), []);
  expect(listen).not.toHaveBeenCalled();
});
