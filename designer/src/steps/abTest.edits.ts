/** Shares that sum to 100, moved by hand: pure. Locked shares stay as they are. */

const WHOLE = 100;
/** The smallest share that a hand gives: nobody drags a branch to nothing. */
const LEAST = 1;

/** Move the divider behind the share `at` by so many percent: the nearest shares beside it that are not locked give and take. */
export function moveDivider(
  weights: readonly number[],
  at: number,
  delta: number,
  locked: ReadonlySet<number> = new Set(),
): readonly number[] {
  const left = nearest(weights, at, -1, locked);
  const right = nearest(weights, at + 1, 1, locked);
  if (left === null || right === null) return weights;
  const [one, other] = [weights[left] ?? 0, weights[right] ?? 0];
  const room = rounded(one + other);
  const next = rounded(Math.max(Math.min(LEAST, one), Math.min(room - Math.min(LEAST, other), one + delta)));
  return weights.map((weight, place) => (place === left ? next : place === right ? rounded(room - next) : weight));
}

function nearest(weights: readonly number[], from: number, step: number, locked: ReadonlySet<number>): number | null {
  for (let place = from; place >= 0 && place < weights.length; place += step) if (!locked.has(place)) return place;
  return null;
}

/** Give one share a value: the others that are not locked make room in proportion. */
export function setShare(
  weights: readonly number[],
  at: number,
  value: number,
  locked: ReadonlySet<number> = new Set(),
): readonly number[] {
  const free = places(weights, (place) => place !== at && !locked.has(place));
  if (free.length === 0) return weights;
  const taken = sum(weights, (place) => place !== at && locked.has(place));
  const most = WHOLE - taken - free.length * 0.01;
  const share = rounded(Math.max(0.01, Math.min(most, value)));
  const parts = apportion(
    free.map((place) => weights[place] ?? 0),
    rounded(WHOLE - taken - share),
  );
  return weights.map((weight, place) => (place === at ? share : (parts[free.indexOf(place)] ?? weight)));
}

/** The same share for all that are not locked, by largest remainder: 34, 33, 33. */
export function distribute(weights: readonly number[], locked: ReadonlySet<number> = new Set()): readonly number[] {
  const free = places(weights, (place) => !locked.has(place));
  const rest = rounded(WHOLE - sum(weights, (place) => locked.has(place)));
  if (free.length === 0 || rest < free.length * 0.01) return weights;
  const parts = apportion(
    free.map(() => 1),
    rest,
  );
  return weights.map((weight, place) => parts[free.indexOf(place)] ?? weight);
}

/** Parts of a total in proportion: whole percents where each gets one, else hundredths. None is empty. */
function apportion(weights: readonly number[], total: number): number[] {
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

function places(weights: readonly number[], isMeant: (place: number) => boolean): number[] {
  return weights.flatMap((_, place) => (isMeant(place) ? [place] : []));
}

function sum(weights: readonly number[], isMeant: (place: number) => boolean): number {
  return rounded(weights.reduce((total, weight, place) => total + (isMeant(place) ? weight : 0), 0));
}

/** To two decimals: all that the document takes. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
