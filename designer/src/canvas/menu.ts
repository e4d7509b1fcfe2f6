/** The menu of a card: what can be done with what is selected, where the author asked for it. */
import type { MouseEvent } from "react";
import { selectionNow } from "../editor/adding";
import { openSheet } from "../editor/desk";
import { selectStep, selectWay } from "./pointing";

/** Open it at the pointer, or beside the card when it was asked for by keyboard. */
export function openMenuAt(event: MouseEvent<HTMLElement>, stepId: string): void {
  event.preventDefault();
  if (!selectionNow().steps.includes(stepId)) selectStep(stepId);
  const card = event.currentTarget.getBoundingClientRect();
  const isByKey = event.clientX === 0 && event.clientY === 0;
  openSheet({
    kind: "menu",
    x: isByKey ? card.left + 24 : event.clientX,
    y: isByKey ? card.bottom : event.clientY,
  });
}

/** The same for a plus. */
export function openMenuAtWay(event: MouseEvent<HTMLElement>, pointer: string): void {
  event.preventDefault();
  selectWay(pointer);
  const plus = event.currentTarget.getBoundingClientRect();
  const isByKey = event.clientX === 0 && event.clientY === 0;
  openSheet({ kind: "menu", x: isByKey ? plus.left : event.clientX, y: isByKey ? plus.bottom : event.clientY });
}
