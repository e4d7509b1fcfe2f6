/** Selecting by a frame: Shift and drag over the empty canvas. */
import { type PointerEvent, type ReactNode, useState } from "react";
import { selectionNow } from "../editor/adding";
import { useEditor } from "../editor/store";
import type { Layout } from "../journey/layout";
import { canvasPoint } from "./view";

interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function useMarquee(layout: Layout): { begin: (event: PointerEvent<HTMLElement>) => void; box: ReactNode } {
  const [frame, setFrame] = useState<Frame | null>(null);
  const begin = (event: PointerEvent<HTMLElement>) => {
    const { target, currentTarget, pointerId } = event;
    const isPane = target instanceof Element && target.classList.contains("react-flow__pane");
    if (!event.shiftKey || event.button !== 0 || !isPane) return;
    // The canvas must not move along: it listens for the mouse. Nor is text selected on the way.
    const quiet = (mouse: Event) => {
      mouse.stopPropagation();
      mouse.preventDefault();
    };
    const origin = currentTarget.getBoundingClientRect();
    const from = { x: event.clientX, y: event.clientY };
    const before = selectionNow().steps;
    const gone = new AbortController();
    const { signal } = gone;
    currentTarget.addEventListener("mousedown", quiet, { signal, capture: true });
    currentTarget.setPointerCapture(pointerId);
    const move = (now: globalThis.PointerEvent) => {
      const left = Math.min(from.x, now.clientX);
      const top = Math.min(from.y, now.clientY);
      const width = Math.abs(now.clientX - from.x);
      const height = Math.abs(now.clientY - from.y);
      setFrame({ left: left - origin.left, top: top - origin.top, width, height });
      const caught = inside(layout, left, top, left + width, top + height);
      const steps = [...before.filter((id) => !caught.includes(id)), ...caught];
      useEditor.getState().select({ steps, way: null });
    };
    const end = () => {
      gone.abort();
      setFrame(null);
    };
    currentTarget.addEventListener("pointermove", move, { signal });
    currentTarget.addEventListener("pointerup", end, { signal });
    currentTarget.addEventListener("pointercancel", end, { signal });
    currentTarget.addEventListener("click", quiet, { capture: true, once: true });
  };
  return { begin, box: frame && <div className="marquee" style={frame} /> };
}

/** The cards that a frame of the screen touches. */
function inside(layout: Layout, left: number, top: number, right: number, bottom: number): string[] {
  const from = canvasPoint(left, top);
  const to = canvasPoint(right, bottom);
  if (from === null || to === null) return [];
  return [...layout.cards]
    .filter(
      ([, card]) => card.x < to.x && card.x + card.width > from.x && card.y < to.y && card.y + card.height > from.y,
    )
    .map(([id]) => id);
}
