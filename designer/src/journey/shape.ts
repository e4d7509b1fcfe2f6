/** Whether a value can be drawn as a journey: every field of the right type, though perhaps empty or wrong. Drafts may be unfinished. */
import type { Journey } from "./journey.gen";
import { lostNumber } from "./numbers";
import { type Fault, faultsOfJourney, faultsOfStep } from "./schemaProblems";
import { isObject } from "./values";

/** Whether the canvas and the panels can show it. */
export function isJourney(value: unknown): value is Journey {
  if (!isObject(value) || !isObject(value.steps)) return false;
  return (
    isDrawable(faultsOfJourney(value)) &&
    Object.values(value.steps).every((step) => isObject(step) && isDrawable(faultsOfStep(step)))
  );
}

function isDrawable(faults: readonly Fault[]): boolean {
  return !faults.some((fault) => fault.isOfOtherShape);
}

/** The journey in a text, or null where it cannot be drawn. */
export function readJourney(source: string): Journey | null {
  try {
    // As a journey it would be another number; as a text it stays what it is.
    if (lostNumber(source) !== null) return null;
    const value: unknown = JSON.parse(source);
    return isJourney(value) ? value : null;
  } catch {
    return null;
  }
}
