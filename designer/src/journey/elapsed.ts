/** How long after they came in people get to each step, as far as the document says. Knows waits. */
import { secondsOf, shortSeconds } from "./durations";
import type { Journey, Step } from "./journey.gen";
import { spanning } from "./tree";
import type { Way } from "./ways";

/** From the fastest way to the slowest, in seconds. */
export interface Elapsed {
  least: number;
  most: number;
  /** On some way there is a wait whose end depends on the person: it may take longer. */
  isOpen: boolean;
}

const AT_ONCE: Elapsed = { least: 0, most: 0, isOpen: false };

const known = new WeakMap<Journey, ReadonlyMap<string, Elapsed>>();

/** The time since entry of every step that can be reached, by id. A journey never changes, so that the answer is kept. */
export function elapsedOf(journey: Journey): ReadonlyMap<string, Elapsed> {
  const found = known.get(journey) ?? walk(journey);
  known.set(journey, found);
  return found;
}

function walk(journey: Journey): ReadonlyMap<string, Elapsed> {
  const { order, ways } = spanning(journey);
  const found = new Map<string, Elapsed>();
  const [start] = order;
  if (start !== undefined) found.set(start, AT_ONCE);
  for (const id of order) {
    const here = found.get(id);
    const step = journey.steps[id];
    if (here === undefined || step === undefined) continue;
    for (const way of ways.get(id) ?? []) {
      if (way.next !== null) found.set(way.next, either(found.get(way.next), after(here, step, way)));
    }
  }
  return found;
}

/** Say it on a card: "+3 d", "+1 d – 3 d", "≥ 3 d"; nothing where they come at once. */
export function sayElapsed({ least, most, isOpen }: Elapsed): string {
  if (isOpen) return least === 0 ? "" : `≥ ${shortSeconds(least).slice(1)}`;
  if (most === 0) return "";
  return least === most ? shortSeconds(least) : `${shortSeconds(least)} – ${shortSeconds(most).slice(1)}`;
}

function after(here: Elapsed, step: Step, way: Way): Elapsed {
  // Who has no such date does not stand at the wait.
  if (step.type !== "wait" || way.branch !== null) return here;
  const seconds = step.for === undefined ? null : secondsOf(step.for);
  if (seconds === null) return { ...here, isOpen: true };
  return { ...here, least: here.least + seconds, most: here.most + seconds };
}

function either(one: Elapsed | undefined, other: Elapsed): Elapsed {
  if (one === undefined) return other;
  return {
    least: Math.min(one.least, other.least),
    most: Math.max(one.most, other.most),
    isOpen: one.isOpen || other.isOpen,
  };
}
