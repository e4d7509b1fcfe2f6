/** How saving stands: what the bar shows, and the clash that its author must settle. */
import { create } from "zustand";
import type { DraftShape } from "../api/api.gen";
import type { Journey } from "../journey/journey.gen";

/** `unreadable`: a text that is no JSON is kept here, and saved only when its author says so. */
export type SaveStatus = "saved" | "saving" | "unsaved" | "offline" | "conflict" | "refused" | "unreadable";

/** What somebody else saved while this author was editing. */
export interface Clash {
  /** What both began from; null where it is no journey. */
  base: Journey | null;
  /** Null where the draft is gone. */
  theirs: DraftShape | null;
}

interface SavingState {
  status: SaveStatus;
  /** Why the server refused, as a sentence. */
  reason: string;
  clash: Clash | null;
}

export const useSaving = create<SavingState>()(() => ({ status: "saved", reason: "", clash: null }));
