/** A journey as lines of a tree: what follows stands below at the same depth, branches stand deeper. Pure. */
import type { Selection } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import { spanning, type Tree } from "../journey/tree";
import { type Way, wayIn } from "../journey/ways";

export type Line =
  | { kind: "step"; id: string; level: number; isFork: boolean }
  /** A branch of the step above; its pointer is where a step can be put first. */
  | { kind: "branch"; way: Way; level: number }
  /** People finish here. */
  | { kind: "end"; way: Way; level: number }
  /** They go on at a step that stands elsewhere. */
  | { kind: "link"; way: Way; goal: string; level: number; isInBranch: boolean };

/** All lines, without what stands in collapsed steps. */
export function linesOf(journey: Journey, collapsed: ReadonlySet<string> = new Set()): Line[] {
  const tree = spanning(journey);
  const entry = wayIn(journey);
  const lines: Line[] = [];
  if (entry.next === null) lines.push({ kind: "end", way: entry, level: 1 });
  else sequence(tree, lines, entry.next, 1, collapsed);
  for (const id of tree.children.get(null) ?? []) if (id !== entry.next) sequence(tree, lines, id, 1, collapsed);
  return lines;
}

/** Whether a line stands for what is selected last: one line does. */
export function isAt(line: Line, { steps, way }: Selection): boolean {
  if (line.kind === "step") return line.id === steps.at(-1);
  return line.way.pointer === way && !(line.kind === "link" && line.isInBranch);
}

/** The key of a line: the id of a step, or the pointer of a way. */
export function keyOf(line: Line): string {
  return line.kind === "step" ? line.id : `${line.kind}:${line.way.pointer}`;
}

function sequence(tree: Tree, lines: Line[], first: string, level: number, collapsed: ReadonlySet<string>): void {
  for (let id: string | null = first; id !== null; ) {
    const ways: readonly Way[] = tree.ways.get(id) ?? [];
    const isFork = ways.length > 1;
    lines.push({ kind: "step", id, level, isFork });
    const [only] = ways;
    const inside = new Set(isFork ? ways.filter((way) => isOwn(tree, way)).map(({ next }) => next) : []);
    if (isFork && !collapsed.has(id)) for (const way of ways) branch(tree, lines, way, level + 1, collapsed);
    const below: readonly string[] = (tree.children.get(id) ?? []).filter((child) => !inside.has(child));
    if (!isFork && only) after(tree, lines, only, level, false);
    const [next = null, ...others] = below;
    for (const other of others) sequence(tree, lines, other, level, collapsed);
    id = next;
  }
}

function branch(tree: Tree, lines: Line[], way: Way, level: number, collapsed: ReadonlySet<string>): void {
  lines.push({ kind: "branch", way, level });
  if (way.next !== null && isOwn(tree, way)) sequence(tree, lines, way.next, level + 1, collapsed);
  // A branch that ends says so itself.
  else if (way.next !== null) after(tree, lines, way, level + 1, true);
}

/** What is said where the next line is not what follows; a branch has a line of its own above it. */
function after(tree: Tree, lines: Line[], way: Way, level: number, isInBranch: boolean): void {
  if (way.next === null) lines.push({ kind: "end", way, level });
  else if (!isOwn(tree, way)) lines.push({ kind: "link", way, goal: way.next, level, isInBranch });
}

/** Whether the step that follows is met by this way only. */
function isOwn(tree: Tree, way: Way): boolean {
  return way.next !== null && (tree.waysTo.get(way.next)?.length ?? 0) === 1;
}
