/** What is taken along when steps are moved, copied or cut: one piece with one way in. Pure. */
import type { Journey } from "../journey.gen";
import { descendants, order, spanning } from "../tree";
import type { Way } from "../ways";
import { mainWay } from "./pointing";

/** Steps that go together: whoever comes in comes in at the head. */
export interface Piece {
  /** In reading order; the first is the head. */
  steps: readonly string[];
  head: string;
  /** Where it goes on outside; null where people finish in it. */
  onward: string | null;
  /** The ways by which it goes on there, or would: those that a tail is led to. */
  exits: readonly Way[];
  /** Ways that lead elsewhere outside. */
  asides: readonly Way[];
}

/** The piece that these steps make, a fork with all that is in its branches; null where they do not hang together. */
export function pieceOf(journey: Journey, ids: readonly string[]): Piece | null {
  const { waysTo, ways } = spanning(journey);
  const chosen = new Set(ids.filter((id) => Object.hasOwn(journey.steps, id)));
  for (const id of [...chosen]) for (const inner of inBranches(journey, id)) chosen.add(inner);
  const steps = order(journey).filter((id) => chosen.has(id));
  const [head, ...others] = steps;
  if (head === undefined) return null;
  const isWithin = (way: Way) => way.from !== null && chosen.has(way.from);
  if (others.some((id) => !waysTo.get(id)?.every(isWithin)) || waysTo.get(head)?.some(isWithin)) return null;
  const out = steps.flatMap((id) => ways.get(id) ?? []).filter((way) => way.next !== null && !chosen.has(way.next));
  const inside = descendants(journey, head);
  const onward = (out.find((way) => inside.has(way.next ?? "")) ?? out[0])?.next ?? null;
  if (onward !== null)
    return {
      steps,
      head,
      onward,
      exits: out.filter((way) => way.next === onward),
      asides: out.filter((way) => way.next !== onward),
    };
  const end = mainEnd(journey, head);
  return { steps, head, onward, exits: end ? [end] : [], asides: [] };
}

/** The steps that are cut or copied with these: forks with their branches. In reading order. */
export function withBranches(journey: Journey, ids: readonly string[]): string[] {
  const chosen = new Set(ids.flatMap((id) => [id, ...inBranches(journey, id)]));
  return order(journey).filter((id) => chosen.has(id));
}

/** Where one comes who goes on by main ways only: the way that ends there. */
export function mainEnd(journey: Journey, id: string): Way | null {
  const seen = new Set<string>();
  let way = mainWay(journey, id);
  while (way !== null && way.next !== null && !seen.has(way.next)) {
    seen.add(way.next);
    way = mainWay(journey, way.next);
  }
  return way;
}

/** What stands in the branches of a step, up to where they come together again; nothing for a step with one way. */
function inBranches(journey: Journey, id: string): string[] {
  const { ways, waysTo, children } = spanning(journey);
  if ((ways.get(id)?.length ?? 0) < 2) return [];
  const join = (children.get(id) ?? []).filter((child) => waysTo.get(child)?.length !== 1).at(-1);
  const beyond = join === undefined ? new Set<string>() : descendants(journey, join).add(join);
  return [...descendants(journey, id)].filter((inner) => !beyond.has(inner));
}
