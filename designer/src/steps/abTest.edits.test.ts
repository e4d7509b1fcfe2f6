import fc from "fast-check";
import { expect, test } from "vitest";
import { sumOf } from "../journey/weights";
import { distribute, moveDivider, setShare } from "./abTest.edits";

const shares = fc
  .array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 12 })
  .map((parts) => distribute(parts));
const locks = fc.array(fc.nat(11), { maxLength: 5 }).map((places) => new Set(places));

test("whatever is done to shares, they sum to 100 and none is empty", () => {
  fc.assert(
    fc.property(
      shares,
      locks,
      fc.nat(11),
      fc.double({ min: -120, max: 120, noNaN: true }),
      (weights, locked, at, by) => {
        const place = at % weights.length;
        for (const changed of [
          moveDivider(weights, place, by, locked),
          setShare(weights, place, by, locked),
          distribute(weights, locked),
        ]) {
          expect(sumOf(changed)).toBe(100);
          expect(Math.min(...changed)).toBeGreaterThan(0);
          for (const kept of locked) if (kept !== place) expect(changed[kept]).toBe(weights[kept]);
        }
      },
    ),
  );
});

test("a divider takes from one side what it gives to the other", () => {
  expect(moveDivider([50, 50], 0, 10)).toEqual([60, 40]);
  expect(moveDivider([50, 50], 0, 80)).toEqual([99, 1]);
  expect(moveDivider([40, 30, 30], 0, 10, new Set([1]))).toEqual([50, 30, 20]);
  expect(moveDivider([40, 60], 0, 10, new Set([0]))).toEqual([40, 60]);
});

test("a number written makes the others give way in proportion", () => {
  expect(setShare([50, 25, 25], 0, 80)).toEqual([80, 10, 10]);
  expect(setShare([50, 25, 25], 0, 12.5)).toEqual([12.5, 43.75, 43.75]);
  expect(setShare([50, 25, 25], 0, 60, new Set([1]))).toEqual([60, 25, 15]);
});

test("even shares are rounded by largest remainder", () => {
  expect(distribute([10, 20, 70])).toEqual([34, 33, 33]);
  expect(distribute([10, 20, 70], new Set([0]))).toEqual([10, 45, 45]);
});
