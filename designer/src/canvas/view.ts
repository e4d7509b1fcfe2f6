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
  /** Bring a point of the canvas to the middle. */
  centre: (x: number, y: number) => void;
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

/** Show the panel of what is selected, and give a field the focus: the first, or the one of this place in the document. */
export function focusPanel(pointer?: string): void {
  goWith({ panel: "" });
  requestAnimationFrame(() => {
    const panel = document.querySelector(".editor-panel");
    if (panel !== null && !focusIn(panel, pointer)) focusOnceThere(panel, pointer);
  });
}

const FIELDS =
  ":is(input, select, textarea, button, a[href], [tabindex='0']):not(:disabled, .panel-close, [type='hidden'])";

/** Give a field the focus; gives back whether there is one. */
function focusIn(panel: Element, pointer: string | undefined): boolean {
  const place = pointer === undefined ? null : panel.querySelector(`[data-pointer="${CSS.escape(pointer)}"]`);
  const field = place?.querySelector<HTMLElement>(FIELDS) ?? panel.querySelector<HTMLElement>(FIELDS);
  field?.focus();
  return field !== null;
}

/** The first panel of a visit may still have to be fetched, however long that takes; an author who goes on meanwhile is not called back. */
function focusOnceThere(panel: Element, pointer: string | undefined): void {
  const gone = new AbortController();
  const watch = new MutationObserver(() => focusIn(panel, pointer) && gone.abort());
  gone.signal.addEventListener("abort", () => watch.disconnect());
  for (const name of ["keydown", "pointerdown"])
    addEventListener(name, () => gone.abort(), { capture: true, signal: gone.signal });
  watch.observe(panel, { childList: true, subtree: true });
}

/** Whether things move: not for those who asked their system for stillness. */
export function motionMs(): number {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180;
}
