/** The selected step in the address, so that a link leads to it: read once the journey is open, written as the selection changes. */
import { useEffect } from "react";
import { goWith } from "../routes";
import { useEditor, useSelection } from "./store";

export function useStepInAddress(isReady: boolean): void {
  const step = useSelection().steps.at(-1);
  useEffect(() => {
    if (!isReady) return;
    const { history, select } = useEditor.getState();
    const wanted = new URLSearchParams(location.search).get("step");
    if (history && wanted !== null && wanted in history.present.journey.steps) select({ steps: [wanted], way: null });
  }, [isReady]);
  useEffect(() => {
    if (!isReady) return;
    // Not before the selection is painted: everything that reads the address is drawn again.
    const soon = setTimeout(() => goWith({ step: step ?? "" }), 200);
    return () => clearTimeout(soon);
  }, [isReady, step]);
}
