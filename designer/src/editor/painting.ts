/** What a comparison paints on the canvas: which steps came, went or changed. */
import { create } from "zustand";
import type { Difference } from "../journey/diff";

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

/** What each step becomes by these differences: a branch that came or went changes its step. */
export function paintsOf(differences: readonly Difference[]): ReadonlyMap<string, Paint> {
  const steps = new Map<string, Paint>();
  for (const { kind, stepId } of differences) {
    if (stepId !== null) steps.set(stepId, kind === "moved" ? "changed" : kind);
  }
  return steps;
}

/** Paint what differs. */
export function paint(differences: readonly Difference[]): void {
  usePainting.setState({ steps: paintsOf(differences) });
}

export function wipePaint(): void {
  usePainting.setState({ steps: null });
}
