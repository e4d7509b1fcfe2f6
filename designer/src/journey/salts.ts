/** What draws of branches are mixed with, and how they outlive a new id: docs/assignment.md. Pure. */
import schema from "../../../journeys/journey.schema.json";
import type { Change } from "../editor/store";
import { renameStep } from "./edits";
import type { Journey, Step } from "./journey.gen";
import { sha256 } from "./sha256";

/** A step that draws branches. */
type Drawing = Extract<Step, { salt?: unknown }>;

const DEFINITIONS: Readonly<Record<string, { properties?: Readonly<Record<string, unknown>>; oneOf?: unknown }>> =
  schema.$defs;
/** The schema says which kinds have a salt. */
const DRAWING: ReadonlySet<string> = new Set(
  Object.entries(schema.$defs.Step.discriminator.mapping).flatMap(([kind, reference]) =>
    DEFINITIONS[reference.slice("#/$defs/".length)]?.properties?.salt ? [kind] : [],
  ),
);

/** Whether people are drawn at a step. */
export function isDrawing(step: Step | undefined): step is Drawing {
  return step !== undefined && DRAWING.has(step.type);
}

/** The salt of a step that states none, as `engine.journey.assignment` makes it. */
export function defaultSalt(journeyId: string, stepId: string): string {
  return sha256(`v1|${journeyId}|${stepId}`).slice(0, 32);
}

/** Whose draws a rename must not lose. */
export interface Drawn {
  journeyId: string;
  /** What is live; null where nothing is, undefined where that is not known. */
  live: Journey | null | undefined;
}

/** Whether people may have been drawn at a step by the salt that its id gives. */
export function hasDrawn({ live }: Drawn, id: string): boolean {
  return live === undefined || (isDrawing(live?.steps[id]) && live?.steps[id]?.salt === undefined);
}

/** Give a step another id and let everybody keep the branch drawn for them: the salt of the old id is written out, and left out where the id says it. */
export function renameDrawn(journey: Journey, id: string, newId: string, drawn: Drawn): Change {
  const renamed = renameStep(journey, id, newId);
  const step = renamed.journey.steps[newId];
  if (renamed.journey === journey || !isDrawing(step)) return renamed;
  const { salt: stated, ...bare } = step;
  const salt = stated ?? (hasDrawn(drawn, id) ? defaultSalt(drawn.journeyId, id) : undefined);
  const isSaid = salt === undefined || salt === defaultSalt(drawn.journeyId, newId);
  const steps = { ...renamed.journey.steps, [newId]: isSaid ? bare : { ...bare, salt } };
  return { ...renamed, journey: { ...renamed.journey, steps } };
}
