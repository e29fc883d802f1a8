// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { selectorOf } from "../../../js-shim/src/selector.ts";

function selectorIn(html: string, query: string): string {
  document.body.innerHTML = html;
  return selectorOf(document.querySelector(query));
}

beforeEach(() => {
  document.body.innerHTML = "";
});

describe("selectorOf", () => {
  it("names the way down from the root", () => {
    expect(selectorIn("<main><section class=hero><img></section></main>", "img")).toBe(
      "html>body>main>section.hero>img",
    );
  });

  it("begins at an id", () => {
    expect(selectorIn("<div id=lesson><p><button>Go</button></p></div>", "button")).toBe(
      "#lesson>p>button",
    );
  });

  it.each([
    "user-48151",
    "a1b2c3",
    "css-1x2y3z",
    ":r1:",
    "anna@example.com",
    "4711",
    "Button_root__x7Gh2",
    "a-name-that-goes-on-for-much-longer-than-that",
  ])("leaves out %s, as id and as class", (name) => {
    document.body.innerHTML = "<p><b></b></p>";
    const target = document.querySelector("b") as HTMLElement;
    target.setAttribute("id", name);
    target.setAttribute("class", name);
    expect(selectorOf(target)).toBe("html>body>p>b");
  });

  it("takes all classes in alphabetical order", () => {
    expect(selectorIn("<i class='b c a' id=x1y2></i>", "i")).toBe("html>body>i.a.b.c");
  });

  it("names a text node without its words", () => {
    document.body.innerHTML = "<h1 id=title>Private words</h1>";
    expect(selectorOf(document.querySelector("h1")?.firstChild)).toBe("#title>TEXT");
  });

  it("begins at the root of a node that is in no document", () => {
    const parent = document.createElement("p");
    parent.append(document.createElement("b"));
    expect(selectorOf(parent.firstChild)).toBe("p>b");
  });

  it("is not misled by an input named id", () => {
    expect(selectorIn('<form><input name="id"></form>', "form")).toBe("html>body>form");
  });

  it("begins below the ancestor with which it would be too long", () => {
    const tag = `x-${"y".repeat(60)}`;
    expect(selectorIn(`<${tag}><${tag}></${tag}></${tag}>`, `${tag} ${tag}`)).toBe(tag);
  });

  it("has a limit", () => {
    const tag = `x-${"y".repeat(160)}`;
    expect(selectorIn(`<${tag}></${tag}>`, tag)).toHaveLength(100);
  });

  it("is empty for nothing, and for what is no node", () => {
    expect([selectorOf(null), selectorOf(undefined), selectorOf(window as never)]).toEqual([
      "",
      "",
      "",
    ]);
  });
});
