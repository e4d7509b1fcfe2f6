/** What a step is called where it has no name, and how people come in. */
import type { Journey, Step } from "./journey.gen";

/** What a step is called: its name, else its id in words ("first_recipe" is "First recipe"). */
export function titleOf(id: string, step: Step): string {
  if (step.name) return step.name;
  const words = id.replaceAll(/[_-]+/g, " ").replace(/\bab test\b/, "A/B test");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a step of a journey is called, in quotes; its id where it is not there. */
export function quotedTitle(journey: Journey, id: string): string {
  const step = journey.steps[id];
  return `“${step ? titleOf(id, step) : id}”`;
}

/** How people come in: "On signed_up". */
export function sayEntry(entry: Journey["entry"]): string {
  return entry.type === "event" ? `On ${entry.event || "an event"}` : "Enrolled by the API";
}
