/** What steps are called, there or gone. */
import type { Journey } from "../journey/journey.gen";
import { titleOf } from "../steps/registry";

/** A step's title in the first of these documents that has it; of one that none has, its id in words. */
export function titleIn(stepId: string, ...journeys: readonly (Journey | null | undefined)[]): string {
  const step = journeys.map((journey) => journey?.steps[stepId]).find((found) => found !== undefined);
  return titleOf(stepId, step ?? { type: "wait" });
}
