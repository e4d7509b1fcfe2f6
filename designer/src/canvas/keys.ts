/** The arrow keys on the canvas; everything else that keys do is a command. */
import type { KeyboardEvent } from "react";
import { journeyNow, selectionNow } from "../editor/adding";
import { goTo, selectStep } from "./pointing";
import { focusPanel } from "./view";
import { type Direction, focusOf, type Spot, walk } from "./walking";

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "first",
  End: "last",
};

export function walkCanvas(event: KeyboardEvent<HTMLElement>): void {
  const journey = journeyNow();
  const { target } = event;
  if (journey === null || !(target instanceof HTMLElement) || event.altKey) return;
  const spot = spotUnder(target);
  if (spot === null) return;
  if (event.key === "Enter" && "step" in spot && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    selectStep(spot.step);
    focusPanel();
    return;
  }
  const direction = DIRECTIONS[event.key];
  if (direction === undefined) return;
  event.preventDefault();
  const isFine = event.ctrlKey || event.metaKey;
  const goal = walk(journey, spot, direction, isFine);
  if (goal === null) return;
  if (event.shiftKey && "step" in spot && !selectionNow().steps.includes(spot.step)) selectStep(spot.step);
  goTo(goal, event.shiftKey);
}

/** The card or plus that has the focus. */
export function spotUnder(element: HTMLElement): Spot | null {
  const journey = journeyNow();
  const { step, way } = element.dataset;
  if (step !== undefined) return { step };
  if (way !== undefined) return { way };
  return journey === null || !element.classList.contains("canvas") ? null : focusOf(journey, selectionNow());
}
