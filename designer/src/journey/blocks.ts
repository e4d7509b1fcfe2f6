/** How much room each step needs with all that stands below it: the first half of the layout. Knows the tree only. */
import type { Measures } from "./measures";
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

/** What is known while blocks are made, from the last step to the first. */
interface Room {
  tree: Tree;
  sizes: Measures;
  blocks: Map<string, Block>;
}

/** The room of every step, by id. */
export function arrange(tree: Tree, sizes: Measures): ReadonlyMap<string, Block> {
  const room: Room = { tree, sizes, blocks: new Map() };
  // Whatever stands below a step is met after it.
  for (const id of [...tree.order, ...tree.lost].reverse()) room.blocks.set(id, blockOf(room, id));
  return room.blocks;
}

/** How much columns side by side need. */
export function widthOf(columns: readonly { width: number }[], sizes: Measures): number {
  return columns.reduce((sum, column) => sum + column.width + sizes.siblingGap, -sizes.siblingGap);
}

function blockOf(room: Room, id: string): Block {
  const { sizes } = room;
  const columns = joined(room, id);
  const below = Math.max(0, ...columns.map((column) => column.height));
  return {
    width: Math.max(sizes.card.width, widthOf(columns, sizes)),
    height: sizes.card.height + below,
    columns,
  };
}

/** The columns below a step: one a way at first; those that come together in a join become one, with all between them. */
function joined(room: Room, id: string): Column[] {
  const { tree } = room;
  const ways = tree.ways.get(id) ?? [];
  let columns: Column[] = ways.map((way) => lane(room, way, ways.length > 1));
  // Which column now holds a way of this step, or a child with all below it.
  const holder = new Map<string, Column>();
  for (const column of columns) {
    holder.set(column.way?.pointer ?? "", column);
    if (column.head !== null) holder.set(column.head, column);
  }
  for (const join of tree.children.get(id) ?? []) {
    if (holder.has(join)) continue;
    const sources = new Set(
      tree.waysTo
        .get(join)
        ?.map((way) => holder.get(way.from === id ? way.pointer : (childAbove(tree, id, way.from) ?? "none"))),
    );
    const places = columns.flatMap((column, place) => (sources.has(column) ? [place] : []));
    const first = places[0] ?? 0;
    const last = places.at(-1) ?? columns.length - 1;
    const closed = close(room, columns.slice(first, last + 1), join);
    for (const [key, column] of holder) if (closed.parts.includes(column)) holder.set(key, closed);
    holder.set(join, closed);
    columns = [...columns.slice(0, first), closed, ...columns.slice(last + 1)];
  }
  return columns;
}

function lane({ tree, sizes, blocks }: Room, way: Way, isForked: boolean): Column {
  const head = way.next !== null && isHead(tree, way.from, way.next) ? way.next : null;
  const block = blocks.get(head ?? "");
  const gap = isForked ? sizes.branchGap : sizes.stepGap;
  const below = block?.height ?? (way.next === null ? sizes.tail + sizes.word : 0);
  return {
    width: block?.width ?? sizes.laneWidth,
    height: gap + below,
    way,
    head,
    gap,
    parts: [],
    join: null,
    joinAt: 0,
  };
}

/** Whether a step begins a lane: one way leads to it, from here. */
function isHead(tree: Tree, from: string | null, next: string): boolean {
  return tree.parent.get(next) === from && tree.waysTo.get(next)?.length === 1;
}

/** Lanes that come together, with the join and all below it. */
function close({ sizes, blocks }: Room, parts: readonly Column[], join: string): Column {
  const block = blocks.get(join) ?? { width: 0, height: 0 };
  const joinAt = Math.max(0, ...parts.map((part) => part.height)) + sizes.merge;
  return {
    width: Math.max(block.width, widthOf(parts, sizes)),
    height: joinAt + block.height,
    way: null,
    head: null,
    gap: 0,
    parts,
    join,
    joinAt,
  };
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
