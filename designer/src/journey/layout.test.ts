import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Journey } from "./journey.gen";
import { type Card, layOut } from "./layout";
import { FULL, SMALL } from "./measures";
import { drafts, journeys, thousandSteps } from "./random.testing";
import { allWays, waysOf } from "./ways";

const EMAIL = { type: "email", template: "welcome" } as const;

function overlap(one: Card, other: Card): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

describe.each([
  ["full", FULL],
  ["small", SMALL],
] as const)("%s layout of any journey", (_, sizes) => {
  test("never lets cards overlap, and stays within its size", () => {
    fc.assert(
      fc.property(journeys(60), (journey) => {
        const { cards, width, height } = layOut(journey, sizes);

        expect([...cards.keys()].sort()).toEqual(Object.keys(journey.steps).sort());
        const placed = [...cards.values()];
        placed.forEach((card, place) => {
          expect(placed.slice(place + 1).some((other) => overlap(card, other))).toBe(false);
          expect(card.x).toBeGreaterThanOrEqual(0);
          expect(card.x + card.width).toBeLessThanOrEqual(width);
          expect(card.y + card.height).toBeLessThanOrEqual(height);
        });
      }),
    );
  });

  test("keeps the order of branches, and goes downwards", () => {
    fc.assert(
      fc.property(journeys(60), (journey) => {
        const { edges, cards } = layOut(journey, sizes);
        const plusOf = new Map(edges.map((edge) => [edge.way.pointer, edge.plus]));

        for (const id of Object.keys(journey.steps)) {
          const across = waysOf(journey, id).map((way) => plusOf.get(way.pointer)?.x ?? 0);
          expect(across).toEqual([...new Set(across)].sort((one, other) => one - other));
        }
        for (const { way, isFar } of edges) {
          const [from, to] = [cards.get(way.from ?? ""), cards.get(way.next ?? "")];
          if (from && to && !isFar) expect(to.y).toBeGreaterThan(from.y + from.height);
        }
      }),
    );
  });

  test("draws every way once, upright and level, and never through a card", () => {
    fc.assert(
      fc.property(journeys(40), (journey) => {
        const { edges, ends, cards } = layOut(journey, sizes);

        expect(edges.map((edge) => edge.way.pointer).sort()).toEqual(
          allWays(journey)
            .map((way) => way.pointer)
            .sort(),
        );
        expect(ends.map((end) => end.way.pointer).sort()).toEqual(
          allWays(journey)
            .filter((way) => way.next === null)
            .map((way) => way.pointer)
            .sort(),
        );
        for (const { points } of edges) {
          points.slice(1).forEach((point, place) => {
            const before = points[place] ?? point;
            expect(before.x === point.x || before.y === point.y).toBe(true);
            const line = {
              x: Math.min(before.x, point.x) + 0.5,
              y: Math.min(before.y, point.y) + 0.5,
              width: Math.abs(before.x - point.x) - 1,
              height: Math.abs(before.y - point.y) - 1,
            };
            if (before.x === point.x)
              expect([...cards.values()].some((card) => overlap({ ...line, x: point.x, width: 0 }, card))).toBe(false);
            else
              expect([...cards.values()].some((card) => overlap({ ...line, y: point.y, height: 0 }, card))).toBe(false);
          });
        }
      }),
    );
  });
});

test("any draft is laid out without an overlap, with all its steps and ways", () => {
  fc.assert(
    fc.property(drafts(20), (draft) => {
      const { cards, edges } = layOut(draft);
      const placed = [...cards.values()];

      expect([...cards.keys()].sort()).toEqual(Object.keys(draft.steps).sort());
      expect(edges).toHaveLength(allWays(draft).length);
      placed.forEach((card, place) => {
        expect(placed.slice(place + 1).some((other) => overlap(card, other))).toBe(false);
      });
    }),
    { numRuns: 500 },
  );
});

test("steps to which no way leads stand below, apart", () => {
  const journey: Journey = {
    format: 1,
    name: "x",
    entry: { type: "api" },
    start: "a",
    steps: { a: EMAIL, lost: { ...EMAIL, next: "more" }, more: { ...EMAIL, next: "a" } },
  };

  const { cards, edges } = layOut(journey);

  expect(cards.get("lost")?.y).toBeGreaterThan((cards.get("a")?.y ?? 0) + 64);
  expect(cards.get("more")?.y).toBeGreaterThan(cards.get("lost")?.y ?? 0);
  expect(edges.find((edge) => edge.way.from === "more")?.isFar).toBe(true);
});

test("a journey without steps has its plus", () => {
  const { edges, ends, cards } = layOut({ format: 1, name: "x", entry: { type: "api" }, start: "", steps: {} });

  expect(cards.size).toBe(0);
  expect(edges).toHaveLength(1);
  expect(ends).toHaveLength(1);
});

test("circles in a draft are laid out too", () => {
  const journey: Journey = {
    format: 1,
    name: "x",
    entry: { type: "api" },
    start: "a",
    steps: { a: { ...EMAIL, next: "b" }, b: { ...EMAIL, next: "a" } },
  };

  expect(layOut(journey).edges.map((edge) => edge.isFar)).toEqual([false, false, true]);
});

test("1,000 steps are laid out within 20 ms of computing, each step once", () => {
  const journey = thousandSteps();
  expect(layOut(journey).cards.size).toBe(1000);
  expect(layOut(journey).edges.some((edge) => edge.isFar)).toBe(false);
  // Others may want the processor at the same time: one undisturbed turn of many shows what it takes.
  const isWithin = () => {
    const began = performance.now();
    layOut({ ...journey });
    return performance.now() - began < 20;
  };
  expect(Array.from({ length: 100 }).some(isWithin)).toBe(true);
});
