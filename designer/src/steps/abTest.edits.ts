/** Shares that sum to 100, moved by hand: pure. Locked shares stay as they are. */

import { inProportion, rounded, WHOLE } from "../journey/weights";

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
  const parts = inProportion(
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
  const parts = inProportion(
    free.map(() => 1),
    rest,
  );
  return weights.map((weight, place) => parts[free.indexOf(place)] ?? weight);
}

function places(weights: readonly number[], isMeant: (place: number) => boolean): number[] {
  return weights.flatMap((_, place) => (isMeant(place) ? [place] : []));
}

function sum(weights: readonly number[], isMeant: (place: number) => boolean): number {
  return rounded(weights.reduce((total, weight, place) => total + (isMeant(place) ? weight : 0), 0));
}
