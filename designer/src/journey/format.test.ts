import fc from "fast-check";
import { expect, test } from "vitest";
import canonicalPy from "../../../engine/journey/canonical.py?raw";
import random from "../../../tests/fixtures/ways/random.json";
import { formatJourney, KEY_ORDER } from "./format";
import { journeys } from "./random.testing";
import { order } from "./tree";
import { isObject } from "./values";

const FIXTURES = import.meta.glob<string>("../../../tests/fixtures/canonical/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

function read(text: string | undefined): object {
  const value: unknown = JSON.parse(text ?? "");
  return isObject(value) ? value : {};
}

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  );
}

const written = Object.keys(FIXTURES).filter((file) => !file.endsWith(".canonical.json"));

test.each(written)("%s is written byte for byte as the engine writes it", (file) => {
  const canonical = FIXTURES[file.replace(/\.json$/, ".canonical.json")];

  expect(formatJourney(read(FIXTURES[file]))).toBe(canonical);
  expect(formatJourney(read(canonical))).toBe(canonical);
});

test.each(random.map((journey) => journey.text))("random journey %# is written as the engine writes it", (text) => {
  const shuffled = backwards(JSON.parse(text));

  expect(isObject(shuffled) && formatJourney(shuffled)).toBe(text);
});

test("the order of keys is the engine's", () => {
  const tuple = /^KEY_ORDER = \(([^)]*)\)/m.exec(canonicalPy)?.[1] ?? "";

  expect([...tuple.matchAll(/"([^"]+)"/g)].map((found) => found[1])).toEqual(KEY_ORDER);
});

test("writing and reading gives the same journey, with its steps in reading order", () => {
  fc.assert(
    fc.property(journeys(), (journey) => {
      const again = read(formatJourney(journey));

      expect(again).toEqual(journey);
      expect(isObject(again) && isObject(again.steps) && Object.keys(again.steps)).toEqual(order(journey));
      expect(formatJourney(again)).toBe(formatJourney(journey));
    }),
  );
});
