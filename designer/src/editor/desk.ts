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
}

export const useDesk = create<DeskState>()(() => ({ sheet: null }));

export function openSheet(sheet: Sheet): void {
  useDesk.setState({ sheet });
}

export function closeSheet(): void {
  useDesk.setState({ sheet: null });
}
