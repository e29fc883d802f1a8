// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { targetOf } from "../../../js-shim/src/web-vitals/target.ts";

const find = (query: string): Element => document.querySelector(query) as Element;

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("targetOf", () => {
  it("names the way down from the root, with all classes in order", () => {
    document.body.innerHTML = "<main><p class='z a css-1x2y'></p></main>";
    expect(targetOf(find("p"))).toBe("html>body>main>p.a.css-1x2y.z");
  });

  it("begins at any id", () => {
    document.body.innerHTML = "<div id=user-48151><p><b></b></p></div>";
    expect(targetOf(find("b"))).toBe("#user-48151>p>b");
  });

  it("begins below the ancestor with which it would be too long", () => {
    const tag = `x-${"y".repeat(60)}`;
    document.body.innerHTML = `<${tag}><${tag}></${tag}></${tag}>`;
    expect(targetOf(find(`${tag} ${tag}`))).toBe(tag);
  });

  it("is never empty for an element, however long its name", () => {
    const tag = `x-${"y".repeat(160)}`;
    document.body.innerHTML = `<${tag}></${tag}>`;
    expect(targetOf(find(tag))).toBe(tag);
  });

  it("names other nodes by their kind", () => {
    document.body.innerHTML = "<p id=notes>Private words</p>";
    expect(targetOf(find("p").firstChild)).toBe("#notes>TEXT");
  });

  it("begins at the root of a node that is in no document", () => {
    const parent = document.createElement("p");
    parent.append(document.createElement("b"));
    expect([targetOf(parent.firstChild), targetOf(null)]).toEqual(["p>b", ""]);
  });
});
