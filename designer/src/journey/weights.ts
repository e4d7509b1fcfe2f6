/** Percentages that sum to 100: rounded by largest remainder, so that nobody is lost. */

const WHOLE = 100;

/** Equal shares for so many branches: 33, 33, 34 as 34, 33, 33. */
export function evenly(count: number): number[] {
  return inProportion(Array.from({ length: count }, () => 1));
}

/** Shares of 100 in proportion to these: whole percents, or hundredths where somebody would go empty. */
export function inProportion(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum <= 0) return weights.length === 0 ? [] : evenly(weights.length);
  const exact = weights.map((weight) => (weight / sum) * WHOLE);
  const whole = apportion(exact, WHOLE);
  return whole.every((share) => share > 0)
    ? whole
    : apportion(
        exact.map((share) => share * 100),
        WHOLE * 100,
      ).map((share) => share / 100);
}

/** Weights added without the noise of binary fractions: all have at most two decimals. */
export function sumOf(weights: readonly number[]): number {
  return weights.reduce((total, weight) => total + Math.round(weight * 100), 0) / 100;
}

function apportion(exact: readonly number[], total: number): number[] {
  const floors = exact.map(Math.floor);
  let rest = total - floors.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact.map((share, place) => ({ place, rest: share - Math.floor(share) }));
  for (const { place } of byRemainder.sort((one, other) => other.rest - one.rest || one.place - other.place)) {
    if (rest <= 0) break;
    floors[place] = (floors[place] ?? 0) + 1;
    rest -= 1;
  }
  return floors;
}
