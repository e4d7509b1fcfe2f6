import fc from "fast-check";
import { expect, test } from "vitest";
import type { Journey } from "./journey.gen";
import { journeys } from "./random.testing";
import { branchSteps, descendants, followers, isCircular, order, reaches, spanning } from "./tree";
import { allWays, waysOf } from "./ways";

const EMAIL = { type: "email", template: "welcome" } as const;
const AB = (...next: string[]) => ({
  type: "ab_test" as const,
  branches: next.map((target, place) => ({ id: `b${place}`, weight: 50, next: target })),
});

function journey(steps: Journey["steps"], start = "a"): Journey {
  return { format: 1, name: "x", entry: { type: "api" }, start, steps };
}

const DIAMOND = journey({
  a: AB("b", "c"),
  d: { ...EMAIL, next: "e" },
  c: { ...EMAIL, next: "d" },
  b: { ...EMAIL, next: "d" },
  e: EMAIL,
});

test("steps are read branch after branch, a join after all that leads to it", () => {
  expect(order(DIAMOND)).toEqual(["a", "b", "c", "d", "e"]);
});

test("a join hangs from the fork that it closes", () => {
  const { parent, children } = spanning(DIAMOND);

  expect(Object.fromEntries(parent)).toEqual({ a: null, b: "a", c: "a", d: "a", e: "d" });
  expect(children.get("a")).toEqual(["b", "c", "d"]);
  expect([...descendants(DIAMOND, "a")].sort()).toEqual(["b", "c", "d", "e"]);
  expect([...descendants(DIAMOND, "b")]).toEqual([]);
});

test("a branch is what one comes to by it only", () => {
  const [left, right] = waysOf(DIAMOND, "a");

  expect(left && branchSteps(DIAMOND, left)).toEqual(["b"]);
  expect(right && branchSteps(DIAMOND, right)).toEqual(["c"]);
});

test("the parent of a step is on every way to it, and no step below it is", () => {
  fc.assert(
    fc.property(journeys(15), (random) => {
      const { parent } = spanning(random);
      for (const id of order(random)) {
        // Without its parent nobody comes to a step; without any other step between the two, somebody does.
        const above = parent.get(id) ?? null;
        if (above !== null) expect(reachedWithout(random, above).has(id)).toBe(false);
        for (const other of order(random)) {
          const isBetween = other !== id && other !== above && above !== null && descendants(random, above).has(other);
          if (isBetween) expect(reachedWithout(random, other).has(id)).toBe(true);
        }
      }
    }),
  );
});

/** By the plainest walk there is. */
function reachedWithout(random: Journey, left: string): Set<string> {
  const met = new Set([random.start].filter((id) => id !== left));
  for (const id of met) for (const { next } of waysOf(random, id)) if (next !== null && next !== left) met.add(next);
  return met;
}

test("the order is one in which every way leads on", () => {
  fc.assert(
    fc.property(journeys(), (random) => {
      const ids = order(random);

      expect(isCircular(random)).toBe(false);
      expect([...ids].sort()).toEqual(Object.keys(random.steps).sort());
      for (const { from, next } of allWays(random)) {
        if (from === null || next === null) continue;
        expect(ids.indexOf(from)).toBeLessThan(ids.indexOf(next));
        expect(reaches(random, from, next)).toBe(true);
        expect(reaches(random, next, from)).toBe(false);
      }
    }),
  );
});

test("circles and lost steps of drafts are known", () => {
  const circle = journey({ a: { ...EMAIL, next: "b" }, b: { ...EMAIL, next: "a" } });
  const lost = journey({
    a: EMAIL,
    y: { ...EMAIL, next: "a" },
    x: { ...EMAIL, next: "y" },
    c: { ...EMAIL, next: "d" },
    d: { ...EMAIL, next: "c" },
  });

  expect(isCircular(circle)).toBe(true);
  expect(followers(circle, ["a"])).toEqual(new Set(["a", "b"]));
  expect(spanning(lost).lost).toEqual(["x", "y", "c", "d"]);
  expect(isCircular(lost)).toBe(true);
  expect(isCircular(journey({ a: EMAIL, y: { ...EMAIL, next: "a" } }))).toBe(false);
});
