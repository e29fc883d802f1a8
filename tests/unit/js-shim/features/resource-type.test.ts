import { expect, it } from "vitest";
import {
  ownerOf,
  resourceTypeOf,
  ResourceType as Type,
} from "../../../../js-shim/src/features/resource-type.ts";

it.each([
  ["script", "/app.css", false, Type.script],
  ["fetch", "/app.js", false, Type.fetch],
  ["xmlhttprequest", "/data.json", false, Type.xmlHttpRequest],
  ["iframe", "/embed", false, Type.document],
  ["beacon", "/collect", false, Type.beacon],
  ["link", "/main.CSS", true, Type.stylesheet],
  ["link", "/css2", true, Type.stylesheet],
  ["link", "/module.mjs", false, Type.script],
  ["link", "/fonts/lato.woff2", false, Type.font],
  ["link", "/hero.avif", false, Type.image],
  ["link", "/manifest.webmanifest", false, Type.other],
  ["css", "/fonts/lato.ttf", false, Type.font],
  ["css", "/theme.css", false, Type.stylesheet],
  ["css", "/background", false, Type.image],
  ["img", "/photo", false, Type.image],
  ["input", "/button", false, Type.image],
  ["video", "/lesson", false, Type.media],
  ["other", "/lesson.mp4", false, Type.media],
  ["other", "/favicon.ico", false, Type.image],
  ["other", "/thing", false, Type.other],
] as const)("%s of %s (blocking: %s) is %i", (initiator, path, isBlocking, type) => {
  expect(resourceTypeOf(initiator, path, isBlocking)).toBe(type);
});

it.each([
  ["www.academy.example", "academy.example"],
  ["academy.example", "academy.example"],
  ["static.academy.co.uk", "academy.co.uk"],
  ["academy.de", "academy.de"],
  ["localhost", "localhost"],
  ["127.0.0.1", "127.0.0.1"],
  ["10.0.0.1", "10.0.0.1"],
])("%s belongs to %s", (host, owner) => {
  expect(ownerOf(host)).toBe(owner);
});
