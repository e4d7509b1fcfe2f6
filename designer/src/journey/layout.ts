/** Where everything stands: top-down, branches side by side in their order, joins below all that leads to them. Knows the tree only. */

import { arrange, type Block, type Column, widthOf } from "./blocks";
import type { Journey } from "./journey.gen";
import { FULL, type Measures } from "./measures";
import { spanning, type Tree } from "./tree";
import { type Way, wayIn } from "./ways";

export interface Point {
  x: number;
  y: number;
}

/** A card: its upper left corner and its size. */
export interface Card extends Point {
  width: number;
  height: number;
}

/** One way as it is drawn. */
export interface Edge {
  way: Way;
  /** The corners of the line, from the step it leaves to the step that follows; all legs are level or upright. */
  points: readonly Point[];
  /** Where "+" stands; every way has one. */
  plus: Point;
  /** The middle of the label, where the way has one. */
  label: Point | null;
  /** The line would run through other cards, or upwards: it is drawn as a stub that ends in a link to the step. */
  isFar: boolean;
}

/** Where a way ends that leads nowhere. */
export interface Tail extends Point {
  way: Way;
}

export interface Layout {
  cards: ReadonlyMap<string, Card>;
  edges: readonly Edge[];
  ends: readonly Tail[];
  width: number;
  height: number;
}

/** Lay a journey out. The same journey always stands in the same way. */
export function layOut(journey: Journey, sizes: Measures = FULL): Layout {
  const tree = spanning(journey);
  const blocks = arrange(tree, sizes);
  const drawing: Drawing = { tree, sizes, blocks, cards: new Map(), lanes: new Map() };
  const entry = wayIn(journey);
  const main = blocks.get(entry.next ?? "");
  const lost = (tree.children.get(null) ?? []).filter((id) => id !== entry.next);
  const lostBlocks = lost.flatMap((id) => blocks.get(id) ?? []);
  const lostWidth = widthOf(lostBlocks, sizes);
  const width = Math.max(main?.width ?? sizes.card.width, lostWidth);
  const mainHeight = sizes.entryGap + (main?.height ?? sizes.tail);

  if (entry.next !== null) place(drawing, entry.next, { x: width / 2, y: sizes.entryGap });
  let x = (width - lostWidth) / 2;
  for (const id of lost) {
    const own = blocks.get(id)?.width ?? 0;
    place(drawing, id, { x: x + own / 2, y: mainHeight + sizes.lostGap });
    x += own + sizes.siblingGap;
  }
  const lostHeight = Math.max(0, ...lostBlocks.map((block) => sizes.lostGap + block.height));
  return { cards: drawing.cards, ...lines(drawing, entry, width), width, height: mainHeight + lostHeight };
}

interface Drawing {
  tree: Tree;
  sizes: Measures;
  blocks: ReadonlyMap<string, Block>;
  cards: Map<string, Card>;
  /** The middle of the lane in which a way goes down, by its pointer. */
  lanes: Map<string, number>;
}

/** Place a step and all that stands below it; `top` is the middle of its upper edge. */
function place(drawing: Drawing, id: string, top: Point): void {
  const { card } = drawing.sizes;
  const waiting = [{ id, top }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const block = drawing.blocks.get(next.id);
    if (block === undefined) continue;
    drawing.cards.set(next.id, { x: next.top.x - card.width / 2, y: next.top.y, ...card });
    waiting.push(...inside(drawing, block.columns, { x: next.top.x, y: next.top.y + card.height }));
  }
}

/** The steps that columns begin and close with, side by side around the middle; lanes are noted on the way. */
function inside(drawing: Drawing, columns: readonly Column[], top: Point): { id: string; top: Point }[] {
  let left = top.x - widthOf(columns, drawing.sizes) / 2;
  return columns.flatMap((column) => {
    const x = left + column.width / 2;
    left += column.width + drawing.sizes.siblingGap;
    if (column.join !== null) {
      const join = { id: column.join, top: { x, y: top.y + column.joinAt } };
      return [...inside(drawing, column.parts, { x, y: top.y }), join];
    }
    if (column.way !== null) drawing.lanes.set(column.way.pointer, x);
    return column.head === null ? [] : [{ id: column.head, top: { x, y: top.y + column.gap } }];
  });
}

function lines(drawing: Drawing, entry: Way, width: number): Pick<Layout, "edges" | "ends"> {
  const edges: Edge[] = [];
  const ends: Tail[] = [];
  const shelves = shelve(drawing.cards, drawing.sizes.card.width);
  for (const way of [entry, ...[...drawing.tree.ways.values()].flat()]) {
    const edge = draw(drawing, shelves, way, width);
    edges.push(edge);
    const last = edge.points.at(-1);
    if (way.next === null && last) ends.push({ way, ...last });
  }
  return { edges, ends };
}

function draw(drawing: Drawing, shelves: Shelves, way: Way, width: number): Edge {
  const { sizes } = drawing;
  const source = way.from === null ? undefined : drawing.cards.get(way.from);
  const from = source ? { x: middle(source), y: source.y + source.height } : { x: width / 2, y: 0 };
  const lane = drawing.lanes.get(way.pointer) ?? from.x;
  const isForked = (drawing.tree.ways.get(way.from ?? "")?.length ?? 0) > 1;
  const gap = way.from === null ? sizes.entryGap : isForked ? sizes.branchGap : sizes.stepGap;
  const plus = { x: lane, y: from.y + (isForked ? sizes.plusAt.branch : sizes.plusAt.step) };
  const label = way.label !== null || way.share !== null ? { x: lane, y: from.y + sizes.plusAt.label } : null;
  const fan =
    lane === from.x ? [from] : [from, { x: from.x, y: from.y + sizes.fan }, { x: lane, y: from.y + sizes.fan }];
  const target = way.next === null ? undefined : drawing.cards.get(way.next);
  if (target === undefined) {
    const end = { x: lane, y: from.y + gap + sizes.tail };
    return { way, points: [...fan, end], plus, label, isFar: false };
  }
  const to = { x: middle(target), y: target.y };
  const legY = to.y - sizes.merge / 2;
  if (to.y < from.y + gap || isBlocked(shelves, lane, from.y + gap, legY, way.next))
    return { way, points: [...fan, { x: lane, y: from.y + gap }], plus, label, isFar: true };
  const merge = to.x === lane ? [to] : [{ x: lane, y: legY }, { x: to.x, y: legY }, to];
  return { way, points: [...fan, ...merge], plus, label, isFar: false };
}

function middle(card: Card): number {
  return card.x + card.width / 2;
}

/** Cards by strips of one card's width that they touch, from top to bottom, so that a line asks only those near it. */
interface Shelves {
  width: number;
  cards: ReadonlyMap<number, readonly [string, Card][]>;
}

function shelve(placed: ReadonlyMap<string, Card>, width: number): Shelves {
  const cards = new Map<number, [string, Card][]>();
  for (const [id, card] of placed) {
    for (const shelf of new Set([Math.floor(card.x / width), Math.floor((card.x + card.width) / width)])) {
      const there = cards.get(shelf);
      if (there) there.push([id, card]);
      else cards.set(shelf, [[id, card]]);
    }
  }
  for (const shelf of cards.values()) shelf.sort(([, one], [, other]) => one.y - other.y);
  return { width, cards };
}

/** The place of the first card on a shelf whose lower edge is below a line; all cards are of one height. */
function firstBelow(shelf: readonly [string, Card][], y: number): number {
  let [low, high] = [0, shelf.length];
  while (low < high) {
    const half = (low + high) >> 1;
    const card = shelf[half]?.[1];
    if (card && card.y + card.height > y) high = half;
    else low = half + 1;
  }
  return low;
}

/** Whether a card other than the target stands where the line goes down. */
function isBlocked(shelves: Shelves, x: number, top: number, bottom: number, target: string | null): boolean {
  // Most ways lead to the very next card.
  if (bottom <= top) return false;
  const shelf = shelves.cards.get(Math.floor(x / shelves.width)) ?? [];
  for (let place = firstBelow(shelf, top); place < shelf.length; place += 1) {
    const [id, card] = shelf[place] ?? [];
    if (card === undefined || card.y >= bottom) return false;
    if (id !== target && x > card.x && x < card.x + card.width) return true;
  }
  return false;
}
