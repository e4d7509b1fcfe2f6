/** The journey being edited: its document with its history, and what is selected. One journey is open at a time. */
import { create } from "zustand";
import type { Journey } from "../journey/journey.gen";
import { begin, type History, record, redo, undo } from "./history";

/** What the author points at: steps, or one way ("+"). */
export interface Selection {
  /** Ids in the order in which they were selected; the last one has the focus and the panel. */
  steps: readonly string[];
  /** The pointer of a way, as in `Way.pointer`. */
  way: string | null;
}

/** A document and what was selected in it: both are restored by undo. */
export interface Edited {
  journey: Journey;
  selection: Selection;
}

/** What an edit makes: a document, and what is selected afterwards if that changes. */
export interface Change {
  journey: Journey;
  select?: Selection;
}

export const NOTHING: Selection = { steps: [], way: null };

export interface EditorState {
  journeyId: string;
  /** Null until a journey is open. */
  history: History<Edited> | null;
  /** Nothing can be changed: an old version, or the live view. */
  isReadOnly: boolean;
  /** Open a journey; its history begins anew. */
  open: (journeyId: string, journey: Journey, options?: { isReadOnly?: boolean; select?: Selection }) => void;
  close: () => void;
  /** Change the document by a pure function; nothing happens if it gives the same one back. `key` joins edits, such as typing in one field. */
  edit: (label: string, change: (journey: Journey) => Change, key?: string) => void;
  select: (selection: Selection) => void;
  undo: () => void;
  redo: () => void;
}

export const useEditor = create<EditorState>()((set) => ({
  journeyId: "",
  history: null,
  isReadOnly: false,
  open: (journeyId, journey, options = {}) =>
    set({
      journeyId,
      history: begin({ journey, selection: options.select ?? NOTHING }),
      isReadOnly: options.isReadOnly ?? false,
    }),
  close: () => set({ journeyId: "", history: null, isReadOnly: false }),
  edit: (label, change, key) =>
    set(({ history, isReadOnly }) => {
      if (history === null || isReadOnly) return {};
      const { journey, select } = change(history.present.journey);
      if (journey === history.present.journey) return select ? { history: selecting(history, select) } : {};
      return {
        history: record(history, label, { journey, selection: select ?? history.present.selection }, key ?? null),
      };
    }),
  select: (selection) => set(({ history }) => (history === null ? {} : { history: selecting(history, selection) })),
  undo: () => set(({ history, isReadOnly }) => (history === null || isReadOnly ? {} : { history: undo(history) })),
  redo: () => set(({ history, isReadOnly }) => (history === null || isReadOnly ? {} : { history: redo(history) })),
}));

/** Looking elsewhere is no edit. */
function selecting(history: History<Edited>, selection: Selection): History<Edited> {
  return { ...history, present: { ...history.present, selection } };
}

/** The open journey, or null. */
export function useJourney(): Journey | null {
  return useEditor((state) => state.history?.present.journey ?? null);
}

export function useSelection(): Selection {
  return useEditor((state) => state.history?.present.selection ?? NOTHING);
}

/** Whether a step is selected: a card asks this, so that it is drawn again only when that changes. */
export function useIsSelected(id: string): boolean {
  return useEditor((state) => state.history?.present.selection.steps.includes(id) ?? false);
}
