/** What is being carried, a step of the palette or cards that move, and what begins it. Pointer events of our own, so that a finger can do it too. */
import { create } from "zustand";
import { selectionNow } from "../editor/adding";
import { useEditor } from "../editor/store";
import type { Kind } from "../steps/kind";
import { soon } from "../ui/later";

export type Load = { kind: Kind } | { ids: readonly string[] };

interface DragState {
  load: Load | null;
  /** Where the pointer is on the screen. */
  x: number;
  y: number;
  /** The ways that may take it, by pointer. */
  legal: ReadonlySet<string>;
  /** The one that would take it now. */
  target: string | null;
}

export const NOTHING_CARRIED: DragState = { load: null, x: 0, y: 0, legal: new Set(), target: null };

export const useDrag = create<DragState>()(() => NOTHING_CARRIED);

/** Whether a card is being carried. */
export function useIsLifted(id: string): boolean {
  return useDrag(({ load }) => load !== null && "ids" in load && load.ids.includes(id));
}

const carrying = soon(() => import("./carrying"));

export interface Press {
  pointerId: number;
  pointerType: string;
  button: number;
  clientX: number;
  clientY: number;
  currentTarget: Element;
}

/** A press on a card: carries it, or all that are selected with it, as soon as it moves. */
export function liftSteps(press: Press, id: string): void {
  const isTouch = press.pointerType === "touch";
  const isCarrying = press.button === 0 && !useEditor.getState().isReadOnly;
  // Said before the canvas hears of the press: what the mouse carries must not take the canvas along. A finger moves it until it rests.
  press.currentTarget.classList.toggle("nopan", isCarrying && !isTouch);
  if (!isCarrying) return;
  const { steps } = selectionNow();
  follow(press, { ids: steps.includes(id) ? steps : [id] }, isTouch);
}

/** A press on a step kind of the palette. */
export function liftKind(press: Press, kind: Kind): void {
  if (press.button !== 0 || useEditor.getState().isReadOnly) return;
  follow(press, { kind }, false);
}

/** The press goes on by itself; React's event does not outlive it. What the hand does while the rest is still on its way is kept for it. */
function follow({ pointerId, clientX, clientY }: Press, load: Load, isResting: boolean): void {
  const early: PointerEvent[] = [];
  const keep = (event: PointerEvent) => event.pointerId === pointerId && early.push(event);
  for (const name of POINTER_EVENTS) addEventListener(name, keep);
  carrying()
    .then((found) => found.follow({ pointerId, clientX, clientY }, load, { isResting, early }))
    // Without a network the rest of the editor goes on.
    .catch(() => {})
    .finally(() => {
      for (const name of POINTER_EVENTS) removeEventListener(name, keep);
    });
}

const POINTER_EVENTS = ["pointermove", "pointerup", "pointercancel"] as const;
