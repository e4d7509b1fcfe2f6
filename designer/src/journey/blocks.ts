/** How much room each step needs with all that stands below it: the first half of the layout. Knows the tree only. */
import { BRANCH_GAP, CARD, LANE_WIDTH, MERGE, SIBLING_GAP, STEP_GAP, TAIL } from "./measures";
import type { Tree } from "./tree";
import type { Way } from "./ways";

/** A step and everything to which one comes through it only. */
export interface Block {
  width: number;
  height: number;
  /** What stands below its card, side by side. */
  columns: readonly Column[];
}

/** A lane below a card: one way with the block it leads to, or several lanes that come together in a join. */
export interface Column {
  width: number;
  /** From the lower edge of the card above to the lower edge of all this. */
  height: number;
  /** The one way of this lane; null where lanes come together. */
  way: Way | null;
  /** The step the lane begins with; null where it is empty. */
  head: string | null;
  /** From the card above to the head. */
  gap: number;
  parts: readonly Column[];
  /** The step in which the parts come together. */
  join: string | null;
  /** From the card above to the join. */
  joinAt: number;
}

/** The room of every step, by id. */
export function arrange(tree: Tree): Map<string, Block> {
  const blocks = new Map<string, Block>();
  // Whatever stands below a step is met after it.
  for (const id of [...tree.order, ...tree.lost].reverse()) blocks.set(id, blockOf(tree, blocks, id));
  return blocks;
}

function blockOf(tree: Tree, blocks: ReadonlyMap<string, Block>, id: string): Block {
  const ways = tree.ways.get(id) ?? [];
  const gap = ways.length > 1 ? BRANCH_GAP : STEP_GAP;
  const heads = new Set(ways.flatMap((way) => (way.next !== null && isHead(tree, id, way.next) ? [way.next] : [])));
  let columns: Column[] = ways.map((way) => lane(blocks, way, gap, heads));
  // Which column now holds a way or a child of this step.
  const holder = new Map<string, Column>();
  ways.forEach((way, index) => {
    const column = columns[index];
    if (column) holder.set(way.pointer, column);
    if (column?.head) holder.set(column.head, column);
  });
  for (const join of tree.children.get(id) ?? []) {
    if (heads.has(join)) continue;
    const sources = new Set(
      (tree.waysTo.get(join) ?? []).map((way) =>
        holder.get(way.from === id ? way.pointer : (childAbove(tree, id, way.from) ?? "")),
      ),
    );
    const places = columns.flatMap((column, place) => (sources.has(column) ? [place] : []));
    const first = places[0] ?? 0;
    const last = places.at(-1) ?? columns.length - 1;
    const closed = close(columns.slice(first, last + 1), join, blocks);
    for (const [key, column] of holder) if (closed.parts.includes(column)) holder.set(key, closed);
    holder.set(join, closed);
    columns = [...columns.slice(0, first), closed, ...columns.slice(last + 1)];
  }
  return {
    width: Math.max(CARD.width, widthOf(columns)),
    height: CARD.height + Math.max(0, ...columns.map((column) => column.height)),
    columns,
  };
}

/** Whether a step begins a lane: one way leads to it, from here. */
function isHead(tree: Tree, id: string, next: string): boolean {
  return tree.parent.get(next) === id && tree.waysTo.get(next)?.length === 1;
}

function lane(blocks: ReadonlyMap<string, Block>, way: Way, gap: number, heads: ReadonlySet<string>): Column {
  const head = way.next !== null && heads.has(way.next) ? way.next : null;
  const block = head === null ? undefined : blocks.get(head);
  const height = gap + (block ? block.height : way.next === null ? TAIL : 0);
  return { width: block?.width ?? LANE_WIDTH, height, way, head, gap, parts: [], join: null, joinAt: 0 };
}

/** Lanes that come together, with the join and all below it. */
function close(parts: readonly Column[], join: string, blocks: ReadonlyMap<string, Block>): Column {
  const block = blocks.get(join) ?? { width: 0, height: 0 };
  const joinAt = Math.max(0, ...parts.map((part) => part.height)) + MERGE;
  return {
    width: Math.max(block.width, widthOf(parts)),
    height: joinAt + block.height,
    way: null,
    head: null,
    gap: 0,
    parts,
    join,
    joinAt,
  };
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width + SIBLING_GAP, -SIBLING_GAP);
}

/** The child of `id` below which a step stands. */
function childAbove(tree: Tree, id: string, below: string | null): string | null {
  let child = below;
  while (child !== null) {
    const parent = tree.parent.get(child) ?? null;
    if (parent === id) return child;
    child = parent;
  }
  return null;
}
