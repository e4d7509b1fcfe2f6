/** What a comparison paints on the canvas: which steps came, went or changed. */
import { create } from "zustand";

export type Paint = "added" | "removed" | "changed";

interface PaintingState {
  /** Null while nothing is compared: then nothing steps back either. */
  steps: ReadonlyMap<string, Paint> | null;
}

export const usePainting = create<PaintingState>()(() => ({ steps: null }));

/** What a comparison says of a step; null where it is the same, or nothing is compared. */
export function usePaint(stepId: string): Paint | null {
  return usePainting((state) => state.steps?.get(stepId) ?? null);
}

/** Whether anything is compared at the moment. */
export function useIsComparing(): boolean {
  return usePainting((state) => state.steps !== null);
}

/** One difference, as the API's `ChangeShape` tells it. */
export interface Painted {
  kind: string;
  pointer: string;
  step_id: string | null;
}

/** What each step becomes by these differences: a branch that came or went changes its step. */
export function paintsOf(differences: readonly Painted[]): ReadonlyMap<string, Paint> {
  const steps = new Map<string, Paint>();
  for (const { kind, pointer, step_id } of differences) {
    if (step_id === null) continue;
    const isWhole = pointer === `/steps/${step_id}` && (kind === "added" || kind === "removed");
    steps.set(step_id, isWhole ? kind : "changed");
  }
  return steps;
}

/** Paint what differs. */
export function paint(differences: readonly Painted[]): void {
  usePainting.setState({ steps: paintsOf(differences) });
}

export function wipePaint(): void {
  usePainting.setState({ steps: null });
}
