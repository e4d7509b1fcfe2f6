/** From a layout to what React Flow draws: one object a card, kept as long as nothing of it changes, and the paths of the ways. */
import type { Node } from "@xyflow/react";
import type { Journey, Step } from "../journey/journey.gen";
import { type Layout, layOut } from "../journey/layout";

/** Above so many steps, only what is on the screen is in the page. */
export const LARGE = 150;

export type CardNode = Node<{ step: Step }, "step">;

const layouts = new WeakMap<Journey, Layout>();

/** The layout of a journey; the same journey is laid out once. */
export function layoutOf(journey: Journey): Layout {
  const known = layouts.get(journey);
  if (known) return known;
  const layout = layOut(journey);
  layouts.set(journey, layout);
  return layout;
}

const cards = new WeakMap<Step, CardNode>();

/** The cards of a journey, for React Flow, which draws a card again only if its object is another one. */
export function cardsOf(journey: Journey, layout: Layout): CardNode[] {
  return [...layout.cards].flatMap(([id, place]) => {
    const step = journey.steps[id];
    if (step === undefined) return [];
    const known = cards.get(step);
    if (known && known.id === id && known.position.x === place.x && known.position.y === place.y) return [known];
    const card: CardNode = {
      id,
      type: "step",
      position: { x: place.x, y: place.y },
      data: { step },
      width: place.width,
      height: place.height,
      measured: { width: place.width, height: place.height },
      // There are no edges of React Flow's to hold on to, but without handles it would measure the card.
      handles: [],
    };
    cards.set(step, card);
    return [card];
  });
}

interface Point {
  x: number;
  y: number;
}

const RADIUS = 10;

/** Straight lines with round corners. Always the same number of commands, so that one path can turn into another in motion. */
export function pathOf(points: readonly Point[], corners = 2): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return "";
  const bends = rest.slice(0, -1);
  while (bends.length < corners) bends.unshift({ x: first.x, y: (first.y + (bends[0]?.y ?? last.y)) / 2 });
  const stops = [first, ...bends, last];
  const legs = bends.map((bend, index) => {
    const before = stops[index] ?? first;
    const after = stops[index + 2] ?? last;
    const radius = Math.min(RADIUS, distance(before, bend) / 2, distance(bend, after) / 2);
    const enter = toward(bend, before, radius);
    const leave = toward(bend, after, radius);
    return `L${at(enter)}Q${at(bend)} ${at(leave)}`;
  });
  return `M${at(first)}${legs.join("")}L${at(last)}`;
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}
