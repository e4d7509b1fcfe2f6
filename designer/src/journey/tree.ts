/** The shape of a journey: what is met in which order, and through which step everybody comes who comes somewhere. Knows ways only. */
import type { Journey } from "./journey.gen";
import { type Way, wayIn, waysOf } from "./ways";

/** The dominator tree. Steps to which no way leads hang from its root too, after the start. */
export interface Tree {
  /** Steps as a participant meets them: branch after branch, a join after all that leads to it. */
  order: readonly string[];
  /** Steps to which no way leads from the start, in the same sort of order. */
  lost: readonly string[];
  /** The last step through which everybody comes who comes here; null where there is none. */
  parent: ReadonlyMap<string, string | null>;
  /** Steps by parent, in the order in which they are met; those without a parent under null. */
  children: ReadonlyMap<string | null, readonly string[]>;
  /** The ways out of each step, in branch order. */
  ways: ReadonlyMap<string, readonly Way[]>;
  /** The ways that lead to each step; the way into the journey is one of them. */
  waysTo: ReadonlyMap<string, readonly Way[]>;
}

const known = new WeakMap<Journey, Tree>();

/** The tree of a journey. A journey never changes, so that the answer is kept. */
export function spanning(journey: Journey): Tree {
  const before = known.get(journey);
  if (before) return before;
  const tree = grow(journey);
  known.set(journey, tree);
  return tree;
}

/** Step ids in reading order: the start first, those to which no way leads last. */
export function order(journey: Journey): string[] {
  const { order, lost } = spanning(journey);
  return [...order, ...lost];
}

/** Every step to which a way leads from these, themselves only where they lie on a circle. */
export function followers(journey: Journey, ids: Iterable<string>): Set<string> {
  const { ways } = spanning(journey);
  const found = new Set<string>();
  const waiting = [...ids];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { next } of ways.get(id) ?? []) {
      if (next === null || found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  return found;
}

/** Whether one who leaves `from` can come to `to`. */
export function reaches(journey: Journey, from: string, to: string): boolean {
  return followers(journey, [from]).has(to);
}

/** The steps to which one comes through this one only, without it: what would be lost with it. */
export function descendants(journey: Journey, id: string): Set<string> {
  const { children } = spanning(journey);
  const found = new Set<string>();
  const waiting = [...(children.get(id) ?? [])];
  for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
    found.add(child);
    waiting.push(...(children.get(child) ?? []));
  }
  return found;
}

/** The steps to which one comes by this way only: a branch with all that is in it, in reading order. */
export function branchSteps(journey: Journey, way: Way): string[] {
  const { order, waysTo } = spanning(journey);
  const head = way.next;
  if (head === null || waysTo.get(head)?.length !== 1) return [];
  const inside = descendants(journey, head).add(head);
  return order.filter((id) => inside.has(id));
}

/** Whether some way leads back to where one has been. */
export function isCircular(journey: Journey): boolean {
  const { order, lost, ways } = spanning(journey);
  const isBack = (ids: readonly string[]) => {
    const places = new Map(ids.map((id, place) => [id, place]));
    return ids.some((id, place) => ways.get(id)?.some(({ next }) => (places.get(next ?? "") ?? place + 1) <= place));
  };
  // In reverse postorder exactly the ways of circles lead back; none leads from what is reached to what is lost.
  return isBack(order) || isBack(lost);
}

function grow(journey: Journey): Tree {
  const ids = Object.keys(journey.steps);
  const ways = new Map(ids.map((id) => [id, waysOf(journey, id)]));
  const entry = wayIn(journey);
  const reached = closure(entry.next === null ? [] : [entry.next], ways);
  const roots = [...(entry.next === null ? [] : [entry.next]), ...rootsOf(ids, reached, ways)];
  const inner = within(reached, ways);
  const met = meet(roots, inner);
  return {
    order: met.filter((id) => reached.has(id)),
    lost: met.filter((id) => !reached.has(id)),
    ...dominate(met, roots, inner),
    ways,
    waysTo: waysInto(entry, ways),
  };
}

type WaysById = ReadonlyMap<string, readonly Way[]>;

function closure(roots: readonly string[], ways: WaysById): Set<string> {
  const seen = new Set(roots);
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { next } of ways.get(id) ?? []) {
      if (next !== null && !seen.has(next)) waiting.push(next);
      if (next !== null) seen.add(next);
    }
  }
  return seen;
}

/** Where the parts begin to which no way leads; of a circle without a beginning, its first step by name. */
function rootsOf(ids: readonly string[], reached: ReadonlySet<string>, ways: WaysById): string[] {
  const lost = ids.filter((id) => !reached.has(id)).sort();
  if (lost.length === 0) return [];
  const led = new Set(lost.flatMap((id) => (ways.get(id) ?? []).map((way) => way.next)));
  const roots = lost.filter((id) => !led.has(id));
  const seen = closure(roots, ways);
  for (const id of lost) {
    if (seen.has(id)) continue;
    roots.push(id);
    for (const other of closure([id], ways)) seen.add(other);
  }
  return roots;
}

/** What follows each step, without the ways by which lost steps lead to others: nobody goes there. */
function within(reached: ReadonlySet<string>, ways: WaysById): Map<string, string[]> {
  return new Map(
    [...ways].map(([id, out]) => [
      id,
      out.flatMap(({ next }) => (next !== null && reached.has(next) === reached.has(id) ? [next] : [])),
    ]),
  );
}

/** Reverse postorder with the last way first, so that branch comes after branch and a join after all that leads to it. */
function meet(roots: readonly string[], inner: ReadonlyMap<string, readonly string[]>): string[] {
  const done: string[] = [];
  const seen = new Set<string>();
  const path: { id: string | null; targets: readonly string[]; asked: number }[] = [
    { id: null, targets: [...roots].reverse(), asked: 0 },
  ];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const target = top.targets[top.asked++];
    if (target === undefined) {
      if (top.id !== null) done.push(top.id);
      path.pop();
    } else if (!seen.has(target)) {
      seen.add(target);
      path.push({ id: target, targets: [...(inner.get(target) ?? [])].reverse(), asked: 0 });
    }
  }
  return done.reverse();
}

/** Immediate dominators after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
function dominate(
  met: readonly string[],
  roots: readonly string[],
  inner: ReadonlyMap<string, readonly string[]>,
): Pick<Tree, "parent" | "children"> {
  const places = new Map(met.map((id, place) => [id, place]));
  const sources: number[][] = met.map(() => []);
  for (const id of met) {
    for (const next of inner.get(id) ?? []) sources[places.get(next) ?? 0]?.push(places.get(id) ?? 0);
  }
  const above = dominators(sources, new Set(roots.map((id) => places.get(id) ?? 0)));
  const parent = new Map<string, string | null>();
  const children = new Map<string | null, string[]>();
  met.forEach((id, place) => {
    const found = met[above[place] ?? -1] ?? null;
    parent.set(id, found);
    const siblings = children.get(found);
    if (siblings) siblings.push(id);
    else children.set(found, [id]);
  });
  return { parent, children };
}

/** The place of each place's immediate dominator; -1 for the root of all. Places are in reverse postorder. */
function dominators(sources: readonly (readonly number[])[], roots: ReadonlySet<number>): number[] {
  const above: (number | undefined)[] = sources.map((_, place) => (roots.has(place) ? -1 : undefined));
  const meeting = (one: number, other: number): number => {
    let [left, right] = [one, other];
    while (left !== right) {
      if (left > right) left = above[left] ?? -1;
      else right = above[right] ?? -1;
    }
    return left;
  };
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    sources.forEach((from, place) => {
      if (roots.has(place)) return;
      const ready = from.filter((source) => above[source] !== undefined);
      const found = ready.length === 0 ? -1 : ready.reduce(meeting);
      if (found === above[place]) return;
      above[place] = found;
      isChanged = true;
    });
  }
  return above.map((place) => place ?? -1);
}

function waysInto(entry: Way, ways: WaysById): Map<string, Way[]> {
  const found = new Map<string, Way[]>([...ways.keys()].map((id) => [id, []]));
  for (const way of [entry, ...[...ways.values()].flat()]) {
    if (way.next !== null) found.get(way.next)?.push(way);
  }
  return found;
}
