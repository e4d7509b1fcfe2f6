/** After an edit everything finds its new place in 180 ms, but the card that the author looks at stays where it is on the screen. */
import { useReactFlow } from "@xyflow/react";
import { type RefObject, useLayoutEffect, useRef } from "react";
import { selectionNow } from "../editor/adding";
import { useEditor } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import type { Layout } from "../journey/layout";
import { spanning } from "../journey/tree";
import { look, motionMs } from "./view";
import { focusOf } from "./walking";

export function useSteadyView(frame: RefObject<HTMLDivElement | null>, journey: Journey, layout: Layout): void {
  const flow = useReactFlow();
  const last = useRef<{ journey: Journey; layout: Layout; selected: readonly string[]; undone: number } | null>(null);
  useLayoutEffect(() => {
    const before = last.current;
    const { steps, way } = selectionNow();
    const undone = useEditor.getState().history?.future.length ?? 0;
    last.current = { journey, layout, selected: steps, undone };
    if (before === null || before.layout === layout) return;
    // What is undone goes back by the card by which it came: everything stands where it stood.
    const isUndo = undone > before.undone;
    const anchor = [
      ...(isUndo ? near(before.journey, before.selected) : near(journey, steps)),
      ...(isUndo ? steps : before.selected),
      journey.start,
    ].find((id) => layout.cards.has(id) && before.layout.cards.has(id));
    const from = anchor === undefined ? entryOf(before.layout) : before.layout.cards.get(anchor);
    const to = anchor === undefined ? entryOf(layout) : layout.cards.get(anchor);
    const element = frame.current;
    if (from && to && element) {
      element.dataset.settling = "";
      const { x, y, zoom } = flow.getViewport();
      if (from.x !== to.x || from.y !== to.y)
        flow.setViewport({ x: x - (to.x - from.x) * zoom, y: y - (to.y - from.y) * zoom, zoom });
    }
    const isElsewhere = from?.x !== to?.x || from?.y !== to?.y || before.selected.join() !== steps.join();
    const settled = setTimeout(() => {
      delete element?.dataset.settling;
      // What had the focus may be gone.
      if (document.activeElement === document.body && (steps.length > 0 || way !== null))
        look((view) => view.focus(focusOf(journey, { steps, way })));
      if (!isElsewhere) return;
      const selected = steps.at(-1);
      if (selected !== undefined) look((view) => view.reveal({ step: selected }));
      else if (way !== null) look((view) => view.reveal({ way }));
    }, motionMs() + 40);
    return () => clearTimeout(settled);
  }, [flow, frame, journey, layout]);
}

/** Where people come in: it is always there. */
function entryOf({ width }: Layout): { x: number; y: number } {
  return { x: width / 2, y: 0 };
}

/** These steps, then those above them. */
function near(journey: Journey, ids: readonly string[]): string[] {
  return [...ids, ...ids.flatMap((id) => spanning(journey).parent.get(id) ?? [])];
}
