/** Where everything stands: top-down, branches side by side in their order, joins below all that leads to them. Knows the tree only. */

import { arrange, type Block, type Column } from "./blocks";
import type { Journey } from "./journey.gen";
import { BRANCH_GAP, CARD, ENTRY_GAP, FAN, LOST_GAP, MERGE, PLUS_AT, SIBLING_GAP, STEP_GAP, TAIL } from "./measures";
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
export function layOut(journey: Journey): Layout {
  const tree = spanning(journey);
  const blocks = arrange(tree);
  const drawing: Drawing = { tree, blocks, cards: new Map(), lanes: new Map() };
  const entry = wayIn(journey);
  const main = entry.next === null ? undefined : blocks.get(entry.next);
  const lost = (tree.children.get(null) ?? []).filter((id) => id !== entry.next);
  const lostWidth = lost.reduce((sum, id) => sum + (blocks.get(id)?.width ?? 0) + SIBLING_GAP, -SIBLING_GAP);
  const width = Math.max(main?.width ?? CARD.width, lostWidth);
  if (entry.next !== null) place(drawing, entry.next, { x: width / 2, y: ENTRY_GAP });
  const mainHeight = ENTRY_GAP + (main?.height ?? TAIL);
  let x = (width - lostWidth) / 2;
  for (const id of lost) {
    const own = blocks.get(id)?.width ?? 0;
    place(drawing, id, { x: x + own / 2, y: mainHeight + LOST_GAP });
    x += own + SIBLING_GAP;
  }
  const lostHeight = Math.max(0, ...lost.map((id) => LOST_GAP + (blocks.get(id)?.height ?? 0)));
  return { cards: drawing.cards, ...lines(drawing, entry, width), width, height: mainHeight + lostHeight };
}

interface Drawing {
  tree: Tree;
  blocks: ReadonlyMap<string, Block>;
  cards: Map<string, Card>;
  /** The middle of the lane in which a way goes down, by its pointer. */
  lanes: Map<string, number>;
}

/** Place a step and all that stands below it; `top` is the middle of its upper edge. */
function place(drawing: Drawing, id: string, top: Point): void {
  const waiting = [{ id, top }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const block = drawing.blocks.get(next.id);
    if (block === undefined) continue;
    drawing.cards.set(next.id, { x: next.top.x - CARD.width / 2, y: next.top.y, ...CARD });
    waiting.push(...inside(drawing, block.columns, { x: next.top.x, y: next.top.y + CARD.height }));
  }
}

/** The steps that columns begin and close with, side by side around the middle; lanes are noted on the way. */
function inside(drawing: Drawing, columns: readonly Column[], top: Point): { id: string; top: Point }[] {
  const width = columns.reduce((sum, column) => sum + column.width + SIBLING_GAP, -SIBLING_GAP);
  let left = top.x - width / 2;
  return columns.flatMap((column) => {
    const x = left + column.width / 2;
    left += column.width + SIBLING_GAP;
    if (column.join !== null)
      return [
        ...inside(drawing, column.parts, { x, y: top.y }),
        { id: column.join, top: { x, y: top.y + column.joinAt } },
      ];
    if (column.way !== null) drawing.lanes.set(column.way.pointer, x);
    return column.head === null ? [] : [{ id: column.head, top: { x, y: top.y + column.gap } }];
  });
}

function lines(drawing: Drawing, entry: Way, width: number): Pick<Layout, "edges" | "ends"> {
  const edges: Edge[] = [];
  const ends: Tail[] = [];
  const shelves = shelve(drawing.cards);
  for (const way of [entry, ...[...drawing.tree.ways.values()].flat()]) {
    const edge = draw(drawing, shelves, way, width);
    edges.push(edge);
    const last = edge.points.at(-1);
    if (way.next === null && last) ends.push({ way, ...last });
  }
  return { edges, ends };
}

function draw(drawing: Drawing, shelves: Shelves, way: Way, width: number): Edge {
  const source = way.from === null ? undefined : drawing.cards.get(way.from);
  const from = source ? { x: middle(source), y: source.y + source.height } : { x: width / 2, y: 0 };
  const lane = drawing.lanes.get(way.pointer) ?? from.x;
  const isForked = (drawing.tree.ways.get(way.from ?? "")?.length ?? 0) > 1;
  const gap = way.from === null ? ENTRY_GAP : isForked ? BRANCH_GAP : STEP_GAP;
  const plus = { x: lane, y: from.y + (isForked ? PLUS_AT.branch : PLUS_AT.step) };
  const label = way.label !== null || way.share !== null ? { x: lane, y: from.y + PLUS_AT.label } : null;
  const fan = lane === from.x ? [from] : [from, { x: from.x, y: from.y + FAN }, { x: lane, y: from.y + FAN }];
  const target = way.next === null ? undefined : drawing.cards.get(way.next);
  if (target === undefined) {
    const end = { x: lane, y: from.y + gap + TAIL };
    return { way, points: [...fan, end], plus, label, isFar: false };
  }
  const to = { x: middle(target), y: target.y };
  const legY = to.y - MERGE / 2;
  if (to.y < from.y + gap || isBlocked(shelves, lane, from.y + gap, legY, way.next))
    return { way, points: [...fan, { x: lane, y: from.y + gap }], plus, label, isFar: true };
  const merge = to.x === lane ? [to] : [{ x: lane, y: legY }, { x: to.x, y: legY }, to];
  return { way, points: [...fan, ...merge], plus, label, isFar: false };
}

function middle(card: Card): number {
  return card.x + card.width / 2;
}

/** Cards by the lanes of one card's width that they touch, so that a line asks only those near it. */
type Shelves = ReadonlyMap<number, readonly [string, Card][]>;

function shelve(cards: ReadonlyMap<string, Card>): Shelves {
  const shelves = new Map<number, [string, Card][]>();
  for (const [id, card] of cards) {
    for (const shelf of new Set([shelfOf(card.x), shelfOf(card.x + card.width)])) {
      const there = shelves.get(shelf);
      if (there) there.push([id, card]);
      else shelves.set(shelf, [[id, card]]);
    }
  }
  return shelves;
}

function shelfOf(x: number): number {
  return Math.floor(x / CARD.width);
}

/** Whether a card other than the target stands where the line goes down. */
function isBlocked(shelves: Shelves, x: number, top: number, bottom: number, target: string | null): boolean {
  return (shelves.get(shelfOf(x)) ?? []).some(
    ([id, card]) =>
      id !== target && x > card.x && x < card.x + card.width && card.y < bottom && card.y + card.height > top,
  );
}
