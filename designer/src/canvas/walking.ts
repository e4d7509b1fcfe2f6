/** Where the arrow keys lead: along the ways of a journey, from card to card and to the pluses where people finish. Pure. */
import type { Selection } from "../editor/store";
import { wayAt } from "../journey/edits";
import { mainWay } from "../journey/edits/pointing";
import type { Journey } from "../journey/journey.gen";
import { spanning } from "../journey/tree";
import { type Way, wayIn, waysOf } from "../journey/ways";

export type Direction = "up" | "down" | "left" | "right" | "first" | "last";

/** A card, or a plus. */
export type Spot = { step: string } | { way: string };

/** The spot that a direction leads to; null where there is nothing. `isFine` stops at every plus. */
export function walk(journey: Journey, from: Spot, direction: Direction, isFine = false): Spot | null {
  if (direction === "first") return spotOf(wayIn(journey));
  if (direction === "last") return lastOf(journey, from);
  if (direction === "down") return down(journey, from, isFine);
  if (direction === "up") return up(journey, from, isFine);
  return beside(journey, from, direction === "left" ? -1 : 1);
}

/** What a spot is as a selection. */
export function selectionOf(spot: Spot): Selection {
  return "step" in spot ? { steps: [spot.step], way: null } : { steps: [], way: spot.way };
}

/** Where the focus is in a selection; the first card if nothing is selected. */
export function focusOf(journey: Journey, selection: Selection): Spot {
  if (selection.way !== null) return { way: selection.way };
  const last = selection.steps.at(-1);
  return last !== undefined && last in journey.steps ? { step: last } : spotOf(wayIn(journey));
}

function spotOf(way: Way): Spot {
  return way.next === null ? { way: way.pointer } : { step: way.next };
}

function down(journey: Journey, from: Spot, isFine: boolean): Spot | null {
  if ("way" in from) {
    const next = wayAt(journey, from.way)?.next;
    return next ? { step: next } : null;
  }
  const way = mainWay(journey, from.step);
  if (way === null) return null;
  return isFine ? { way: way.pointer } : spotOf(way);
}

function up(journey: Journey, from: Spot, isFine: boolean): Spot | null {
  const way = wayTo(journey, from);
  if (way === null) return null;
  if (isFine && "step" in from) return { way: way.pointer };
  return way.from === null ? null : { step: way.from };
}

/** The neighbouring branch: of the nearest split above that has one on this side. */
function beside(journey: Journey, from: Spot, side: -1 | 1): Spot | null {
  const seen = new Set<string>();
  let way = wayTo(journey, from);
  while (way !== null && way.from !== null && !seen.has(way.pointer)) {
    seen.add(way.pointer);
    const siblings = waysOf(journey, way.from);
    const here = siblings.findIndex(({ pointer }) => pointer === way?.pointer);
    const beside = siblings[here + side];
    if (beside) return spotOf(beside);
    way = wayTo(journey, { step: way.from });
  }
  return null;
}

function lastOf(journey: Journey, from: Spot): Spot {
  let spot = from;
  for (let count = Object.keys(journey.steps).length + 1; count > 0; count -= 1) {
    const next = down(journey, spot, false);
    if (next === null) break;
    spot = next;
  }
  return spot;
}

/** The way that leads to a spot; a plus is its own way. */
function wayTo(journey: Journey, spot: Spot): Way | null {
  if ("way" in spot) return wayAt(journey, spot.way);
  return spanning(journey).waysTo.get(spot.step)?.[0] ?? null;
}
