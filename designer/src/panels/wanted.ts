/** Brings the author to the field of the problem they went to. */
import { type RefObject, useEffect, useRef } from "react";
import { useWanted } from "../editor/checking";

const CONTROLS = "input:not(:disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled)";

/** Put this on what holds the fields: whenever the author goes to a problem, the nearest field takes the focus. */
export function useWantedField<T extends HTMLElement>(): RefObject<T | null> {
  const place = useRef<T>(null);
  const wanted = useWanted();
  useEffect(() => {
    if (wanted !== null && place.current) focusField(place.current, wanted);
  }, [wanted]);
  return place;
}

/** Focus the field of a place in the document, or else of the place that it lies in. */
export function focusField(panel: HTMLElement, pointer: string): void {
  for (let place = pointer; place !== ""; place = place.slice(0, place.lastIndexOf("/"))) {
    const field = panel.querySelector(`[data-pointer="${CSS.escape(place)}"]`);
    const control = field?.matches(CONTROLS) ? field : field?.querySelector(CONTROLS);
    if (control instanceof HTMLElement) {
      control.focus();
      control.scrollIntoView({ block: "center" });
      return;
    }
  }
}
