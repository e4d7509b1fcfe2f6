/** Percentages that sum to 100: rounded by largest remainder, so that nobody is lost. Pure. */

export const WHOLE = 100;

/** Equal shares for so many branches: 34, 33, 33. */
export function evenly(count: number): number[] {
  return inProportion(Array.from({ length: count }, () => 1));
}

/** Parts of a total (100, unless given) in proportion to these: whole percents where each gets one, else hundredths. None is empty. */
export function inProportion(weights: readonly number[], total: number = WHOLE): number[] {
  const isWhole = Number.isInteger(total) && total >= weights.length;
  const unit = isWhole ? 1 : 0.01;
  const units = Math.round(total / unit);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = weights.map((weight) => (all > 0 ? (weight / all) * units : units / weights.length));
  const parts = exact.map((share) => Math.max(1, Math.floor(share)));
  let rest = units - parts.reduce((sum, part) => sum + part, 0);
  const order = exact
    .map((share, place) => ({ place, left: share - Math.floor(share) }))
    .sort((one, other) => other.left - one.left || one.place - other.place);
  for (let turn = 0; rest > 0 && order.length > 0; turn = (turn + 1) % order.length, rest -= 1) {
    const place = order[turn]?.place ?? 0;
    parts[place] = (parts[place] ?? 0) + 1;
  }
  // Those that were lifted to one have taken it from nobody yet: the greatest gives.
  for (; rest < 0; rest += 1) {
    const greatest = parts.indexOf(Math.max(...parts));
    parts[greatest] = (parts[greatest] ?? 0) - 1;
  }
  return parts.map((part) => rounded(part * unit));
}

/** Weights added without the noise of binary fractions. */
export function sumOf(weights: readonly number[]): number {
  return rounded(weights.reduce((total, weight) => total + Math.round(weight * 100), 0) / 100);
}

/** To two decimals: all that the document takes. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
