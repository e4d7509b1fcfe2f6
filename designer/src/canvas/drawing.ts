/** From a layout to what React Flow draws: one object a card, kept as long as nothing of it changes, and the paths of the ways. */
import type { Node } from "@xyflow/react";
import type { Journey, Step } from "../journey/journey.gen";
import { type Layout, layOut } from "../journey/layout";
import { order } from "../journey/tree";

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
  // In reading order: it is the order in which the page is read aloud.
  return order(journey).flatMap((id) => {
    const step = journey.steps[id];
    const place = layout.cards.get(id);
    if (step === undefined || place === undefined) return [];
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
