/** The document as text: what a journey reads as, and a text that is no journey yet. */
import { create } from "zustand";
import { formatJourney } from "../journey/format";
import type { Journey } from "../journey/journey.gen";
import { isSame } from "../journey/values";
import { useEditor } from "./store";

interface TextState {
  /** A text that cannot be drawn, exactly as typed; it counts, not the journey. Null while there is none. */
  raw: string | null;
  /** Keep such a text, or null to let the journey count again. Nothing else can be edited meanwhile, for the two would part. */
  keep: (raw: string | null) => void;
}

export const useText = create<TextState>()((set) => ({
  raw: null,
  keep: (raw) => {
    useEditor.setState({ isReadOnly: raw !== null });
    set({ raw });
  },
}));

/** Whether there is a text that was never a journey: nothing can be drawn. */
export function useIsTextOnly(): boolean {
  const isText = useText((state) => state.raw !== null);
  return useEditor((state) => state.history === null) && isText;
}

const texts = new WeakMap<Journey, string>();

/** The canonical text of a journey, made once. */
export function textOf(journey: Journey): string {
  const known = texts.get(journey);
  if (known !== undefined) return known;
  const text = formatJourney(journey);
  texts.set(journey, text);
  return text;
}

/** The same journey with every step that was there before and says the same: only what changed is drawn again. */
export function sharing(journey: Journey, before: Journey): Journey {
  if (isSame(journey, before)) return before;
  const steps = Object.entries(journey.steps).map(([id, step]) => {
    const old = before.steps[id];
    return [id, old && isSame(old, step) ? old : step] as const;
  });
  return { ...journey, steps: Object.fromEntries(steps) };
}
