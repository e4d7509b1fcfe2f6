/** What a click on a card or a plus selects, and where the focus goes with it. */
import { selectionNow } from "../editor/adding";
import { useEditor } from "../editor/store";
import { look } from "./view";
import { type Spot, selectionOf } from "./walking";

/** Select a step; `isMore` adds it to those selected, or takes it away. */
export function selectStep(id: string, isMore = false): void {
  const { steps } = selectionNow();
  const others = steps.filter((other) => other !== id);
  const isOff = isMore && steps.includes(id);
  useEditor.getState().select({ steps: isOff ? others : isMore ? [...others, id] : [id], way: null });
}

export function selectWay(pointer: string): void {
  useEditor.getState().select({ steps: [], way: pointer });
}

/** Go somewhere by keyboard: it is selected, in sight, and has the focus. */
export function goTo(spot: Spot, isMore = false): void {
  if (isMore && "step" in spot) {
    const { steps } = selectionNow();
    useEditor.getState().select({ steps: [...steps.filter((id) => id !== spot.step), spot.step], way: null });
  } else useEditor.getState().select(selectionOf(spot));
  look((view) => {
    view.reveal(spot);
    view.focus(spot);
  });
}
