import fc from "fast-check";
import { expect, test } from "vitest";
import { evenly, inProportion, rounded, sumOf } from "./weights";

test("equal shares differ by one at most and sum to 100", () => {
  expect(evenly(3)).toEqual([34, 33, 33]);
  expect(evenly(7)).toEqual([15, 15, 14, 14, 14, 14, 14]);
  expect(evenly(0)).toEqual([]);
});

test("shares in proportion sum to 100, and nobody gets nothing", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
        { minLength: 1, maxLength: 50 },
      ),
      (weights) => {
        const shares = inProportion(weights);

        expect(sumOf(shares)).toBe(100);
        expect(shares.every((share) => share > 0 && rounded(share) === share)).toBe(true);
      },
    ),
  );
});

test("whole percents are given as long as each gets one", () => {
  expect(inProportion([70, 30])).toEqual([70, 30]);
  expect(inProportion([99.5, 0.5])).toEqual([99, 1]);
  expect(inProportion([99.9, 0.1])).toEqual([99, 1]);
});

test("weights sum up without the noise of binary fractions", () => {
  expect(sumOf([33.33, 33.33, 33.34])).toBe(100);
  expect(sumOf([0.1, 0.2])).toBe(0.3);
});
