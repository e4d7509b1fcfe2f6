/** The step kinds, to be dragged onto the canvas. */
export function Palette() {
  return null;
}
