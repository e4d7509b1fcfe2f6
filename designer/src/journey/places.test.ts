import fc from "fast-check";
import { expect, test } from "vitest";
import { lostNumber } from "./numbers";
import { placeOf, pointerAt, readPlaces } from "./places";

const TEXT = '{\n  "name": "A",\n  "steps": {"a/b": {"next": [1, true]}}\n}\n';

test("every value has its place, with its key", () => {
  const { places, fault } = readPlaces(TEXT);
  const said = Object.fromEntries([...places].map(([pointer, { from, to }]) => [pointer, TEXT.slice(from, to)]));
  expect(fault).toBeNull();
  expect(said).toEqual({
    "": TEXT.trimEnd(),
    "/name": '"name": "A"',
    "/steps": '"steps": {"a/b": {"next": [1, true]}}',
    "/steps/a~1b": '"a/b": {"next": [1, true]}',
    "/steps/a~1b/next": '"next": [1, true]',
    "/steps/a~1b/next/0": "1",
    "/steps/a~1b/next/1": "true",
  });
});

test("what is not there is shown where it would be", () => {
  const { places } = readPlaces(TEXT);
  expect(placeOf(places, "/steps/a~1b/template")).toEqual(places.get("/steps/a~1b"));
  expect(placeOf(new Map(), "/steps")).toBeNull();
});

test("a position leads to the innermost value", () => {
  const { places } = readPlaces(TEXT);
  expect(pointerAt(places, TEXT.indexOf("true") + 1)).toBe("/steps/a~1b/next/1");
  expect(pointerAt(places, 0)).toBe("");
});

test.each([
  ['{"a": 1 "b": 2}', "A comma is missing here."],
  ['{"a": 1,}', "This comma is one too many."],
  ["[1,]", "This comma is one too many."],
  ['{"a" 1}', "A colon is missing here."],
  ["{a: 1}", "A name in quotes is missing here."],
  ['{"a": yes}', "“yes” needs quotes."],
  ['{"a": }', "A value is missing here."],
  ['{"a": 1, "a": 2}', "“a” is here already."],
  ['{"a": "b', "This text in quotes is not ended, or has a \\ that means nothing."],
  ['{"a": [', "The text ends too early."],
  ['{"a": 1', "The text ends too early."],
  ["{} {}", "Nothing may follow after the end of the journey."],
  ['{"a": 01}', "A value is missing here."],
  ["", "The text ends too early."],
])("%s is explained", (text, message) => {
  const { fault } = readPlaces(text);
  expect(fault?.message).toBe(message);
  expect(fault && fault.from >= 0 && fault.to <= text.length).toBe(true);
});

test("it reads whatever the browser reads, and finds a fault wherever the browser does", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      // Names said twice are JSON, but lose something when they are read.
      const whole = JSON.stringify(JSON.parse(text), null, 2);
      fc.pre(lostNumber(whole) === null);
      expect(readPlaces(whole).fault).toBeNull();
    }),
  );
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "{", '"', "}", "x"))
    .map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + 1);
    });
  fc.assert(
    fc.property(broken, (text) => {
      const isRefused = (() => {
        try {
          JSON.parse(text);
          return false;
        } catch {
          return true;
        }
      })();
      const { fault } = readPlaces(text);
      expect(fault !== null || !isRefused).toBe(true);
      expect(fault === null || isRefused || /already|in quotes, as a text/.test(fault.message)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
