import { expect, test } from "vitest";
import examples from "../../../tests/fixtures/ways/examples.json";
import random from "../../../tests/fixtures/ways/random.json";
import type { Journey } from "./journey.gen";
import { readJourney } from "./shape";
import { allWays, wayIn, waysOf } from "./ways";

interface EngineWay {
  pointer: string;
  branch: string | null;
  name: string | null;
  next: string | null;
}

const SOURCES = import.meta.glob<string>("../../../journeys/*.json", { query: "?raw", import: "default", eager: true });
const cases: readonly [string, string, Readonly<Record<string, readonly EngineWay[]>>][] = [
  ...Object.entries(examples).map(([id, ways]) => [id, SOURCES[`../../../journeys/${id}.json`] ?? "", ways] as const),
  ...random.map(({ text, ways }, place) => [`random ${place}`, text, known(ways)] as const),
].map(([name, source, ways]) => [name, source, ways]);

/** In a type made from JSON every step is optional. */
function known(ways: Readonly<Record<string, readonly EngineWay[] | undefined>>): Record<string, readonly EngineWay[]> {
  return Object.fromEntries(Object.entries(ways).map(([id, found]) => [id, found ?? []]));
}

test.each(cases)("%s: the ways are the engine's", (_, source, expected) => {
  const journey = readJourney(source);
  expect(journey).not.toBeNull();
  if (journey === null) return;

  for (const [id, ways] of Object.entries(expected)) {
    const found = waysOf(journey, id);
    // Order is a matter of drawing; a way that has no other beside it needs no label to be told apart.
    const isSole = ways.length === 1;
    expect(found.map(({ pointer, branch, next }) => [pointer, branch, next]).sort()).toEqual(
      ways.map(({ pointer, branch, next }) => [`/steps/${id}${pointer}`, branch, next]).sort(),
    );
    for (const { pointer, name } of ways) {
      if (name !== null && !isSole) expect(found.find((way) => way.pointer.endsWith(pointer))?.label).toBe(name);
    }
  }
});

const SPLIT: Journey = {
  format: 1,
  name: "Split",
  entry: { type: "api" },
  start: "gone",
  steps: {
    split: { type: "split", branches: [{ id: "a", when: { type: "event", event: "x" }, next: "constructor" }] },
  },
};

test("a split has a way for everybody else even where the document leaves it out", () => {
  expect(waysOf(SPLIT, "split").map((way) => [way.pointer, way.label])).toEqual([
    ["/steps/split/branches/0/next", "a"],
    ["/steps/split/else/next", "Everyone else"],
  ]);
});

test("a way to a step that is not there ends", () => {
  expect(wayIn(SPLIT).next).toBeNull();
  expect(allWays(SPLIT).map((way) => way.next)).toEqual([null, null, null]);
});
