/** Where the author looks: commands move the view through this, whether or not a canvas is open. */
import { goWith } from "../routes";
import type { Spot } from "./walking";

/** What the open canvas can do. */
export interface View {
  /** The whole journey. */
  fit: () => void;
  /** These steps, as large as they are drawn at most. */
  fitSteps: (ids: readonly string[]) => void;
  /** Bring a step or a plus into sight, if it is not. */
  reveal: (spot: Spot) => void;
  zoomBy: (factor: number) => void;
  zoomTo: (zoom: number) => void;
  panBy: (x: number, y: number) => void;
  /** Give a card or a plus the focus, as soon as it is drawn. */
  focus: (spot: Spot) => void;
  /** A point of the screen on the canvas. */
  pointAt: (x: number, y: number) => { x: number; y: number; zoom: number };
}

let open: View | null = null;

/** This canvas is open now; null when it closes. */
export function openView(view: View | null): void {
  open = view;
}

/** Do something with the open canvas, or nothing if there is none. */
export function look(perform: (view: View) => void): void {
  if (open) perform(open);
}

/** A point of the screen on the canvas; null where there is none. */
export function canvasPoint(x: number, y: number): { x: number; y: number; zoom: number } | null {
  return open?.pointAt(x, y) ?? null;
}

/** The element of a card, a plus or a line of the outline. */
export function elementOf(spot: Spot): HTMLElement | null {
  const [name, value] = "step" in spot ? ["data-step", spot.step] : ["data-way", spot.way];
  return document.querySelector(`.editor-canvas [${name}="${CSS.escape(value)}"]`);
}

/** The first panel of a visit may still have to be fetched. */
const PATIENCE_FRAMES = 120;

/** Show the panel of what is selected, and give its first field the focus. */
export function focusPanel(): void {
  goWith({ panel: "" });
  focusFirst(PATIENCE_FRAMES);
}

function focusFirst(frames: number): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>(
      ".editor-panel :is(input, select, textarea, button, a[href], [tabindex='0']):not(:disabled, .panel-close, [type='hidden'])",
    );
    if (field) field.focus();
    else if (frames > 0) focusFirst(frames - 1);
  });
}

/** Whether things move: not for those who asked their system for stillness. */
export function motionMs(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180;
}
