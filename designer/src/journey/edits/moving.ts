/** Edits that take steps elsewhere: move, duplicate. Pure. */
import type { Change } from "../../editor/store";
import type { Journey } from "../journey.gen";
import { followers, spanning } from "../tree";
import { allWays, type Way } from "../ways";
import { renamedSteps, uniqueId } from "./ids";
import { type Piece, pieceOf } from "./pieces";
import { leading, settle, wayAt } from "./pointing";

/** Every way into which these steps can be moved; none where they do not hang together. */
export function legalTargets(journey: Journey, ids: readonly string[]): Way[] {
  const piece = pieceOf(journey, ids);
  if (piece === null) return [];
  const { lost } = spanning(journey);
  return allWays(journey).filter((way) => !lost.includes(way.from ?? "") && isTarget(journey, piece, way));
}

/** A way within the piece, or the one by which alone one comes to it, changes nothing. */
function isTarget(journey: Journey, piece: Piece, way: Way): boolean {
  if (way.from !== null && piece.steps.includes(way.from)) return false;
  return way.next !== piece.head || spanning(journey).waysTo.get(piece.head)?.length !== 1;
}

/** Move a step, or a piece with all its branches, into a way; where it stood, the journey goes on to what followed. */
export function moveStep(journey: Journey, ids: readonly string[], pointer: string): Change {
  const piece = pieceOf(journey, ids);
  const way = wayAt(journey, pointer);
  if (piece === null || way === null || !isTarget(journey, piece, way)) return { journey };
  const into = spanning(journey).waysTo.get(piece.head) ?? [];
  const targets = new Map<string, string | null>(into.map((from) => [from.pointer, piece.onward]));
  const tail = targets.has(pointer) ? piece.onward : way.next;
  for (const exit of piece.exits) targets.set(exit.pointer, tail);
  for (const aside of piece.asides) {
    // A way to what now comes before it would be a circle.
    const isBefore = aside.next === way.from || followers(journey, [aside.next ?? ""]).has(way.from ?? "");
    if (isBefore) targets.set(aside.pointer, tail);
  }
  targets.set(pointer, piece.head);
  return settle(journey, leading(journey, targets), { steps: piece.steps, way: null });
}

/** Put a copy of steps behind them. Steps that do not hang together are copied one by one. */
export function duplicateSteps(journey: Journey, ids: readonly string[]): Change {
  const piece = pieceOf(journey, ids);
  if (piece !== null) return duplicate(journey, piece);
  let change: Change = { journey };
  const copies: string[] = [];
  for (const id of ids) {
    const own = pieceOf(change.journey, [id]);
    if (own !== null) change = duplicate(change.journey, own);
    copies.push(...(own === null ? [] : (change.select?.steps ?? [])));
  }
  return { ...change, select: { steps: copies, way: null } };
}

function duplicate(journey: Journey, piece: Piece): Change {
  const names = newNames(journey, piece.steps);
  const copied = { ...journey, steps: { ...journey.steps, ...renamedSteps(journey, names) } };
  const head = names.get(piece.head) ?? null;
  const after = leading(copied, new Map(piece.exits.map((way) => [way.pointer, head])));
  return settle(journey, after, { steps: [...names.values()], way: null });
}

/** New ids for steps that come into a journey, made from the old ones. */
export function newNames(journey: Journey, ids: Iterable<string>): Map<string, string> {
  const taken = new Set(Object.keys(journey.steps));
  const names = new Map<string, string>();
  for (const id of ids) {
    // `remind_2` is copied as `remind_3`.
    const name = uniqueId(taken.has(id) ? id.replace(/_\d+$/, "") : id, (other) => taken.has(other));
    names.set(id, name);
    taken.add(name);
  }
  return names;
}
