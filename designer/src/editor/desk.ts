/** What lies open above the canvas: one thing at a time. */
import { create } from "zustand";

export type Sheet =
  /** Every command, step and journey. */
  | { kind: "palette"; find?: "steps" }
  | { kind: "shortcuts" }
  /** Which step to put on a way; where on the screen, or in the middle. */
  | { kind: "picker"; way: string; at: { x: number; y: number } | null }
  /** Which branch stays when this step goes. */
  | { kind: "removal"; stepId: string }
  /** What can be done here. */
  | { kind: "menu"; x: number; y: number };

interface DeskState {
  sheet: Sheet | null;
  /** What was typed for a sheet that is still on its way: it is fetched when it is opened first. */
  typed: string;
}

export const useDesk = create<DeskState>()(() => ({ sheet: null, typed: "" }));

export function openSheet(sheet: Sheet): void {
  useDesk.setState({ sheet, typed: "" });
}

/** Whether a list that keys are kept for is about to open, or open. */
export function isAwaited(): boolean {
  const { sheet } = useDesk.getState();
  return sheet?.kind === "picker" || sheet?.kind === "palette";
}

/** Keep a key for the list that is about to open, instead of taking it for a command; gives back whether there is one. */
export function typeAhead(event: KeyboardEvent): boolean {
  if (!isAwaited()) return false;
  const { typed } = useDesk.getState();
  event.preventDefault();
  const key = event.key === "Enter" ? "\n" : event.key;
  if (key === "Escape") closeSheet();
  else if (key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey)
    useDesk.setState({ typed: typed + key });
  return true;
}

/** What was typed for the list that opens now. */
export function typedAhead(): string {
  return useDesk.getState().typed;
}

export function closeSheet(): void {
  useDesk.setState({ sheet: null });
}
