/** Edits of single steps: insert, change, remove, and where a way leads. Pure: each gives the same journey back where it cannot be done. */
import type { Change } from "../../editor/store";
import type { Journey, Step } from "../journey.gen";
import { reaches, spanning } from "../tree";
import { waysOf } from "../ways";
import { lead, leading, mainWay, settle, wayAt, withoutSteps, withStep } from "./pointing";

/** Where what followed goes on after an inserted step. */
export interface InsertOptions {
  /** The way of the new step, as the end of its pointer (`/branches/1/next`); `all` joins every way to it, `none` removes it. */
  tail?: string;
}

/** Put a new step into a way. What followed goes on after it: by its main way, unless an option says otherwise. */
export function insertStep(
  journey: Journey,
  pointer: string,
  id: string,
  step: Step,
  options: InsertOptions = {},
): Change {
  const way = wayAt(journey, pointer);
  if (way === null || Object.hasOwn(journey.steps, id)) return { journey };
  const inserted = withStep(journey, id, step);
  const targets = new Map<string, string | null>(waysOf(inserted, id).map((own) => [own.pointer, null]));
  for (const own of tailWays(inserted, id, options.tail)) targets.set(own, way.next);
  return settle(journey, leading(inserted, targets.set(pointer, id)), { steps: [id], way: null });
}

function tailWays(journey: Journey, id: string, tail: string | undefined): string[] {
  if (tail === "none") return [];
  if (tail === "all") return waysOf(journey, id).map((way) => way.pointer);
  const chosen = tail === undefined ? null : wayAt(journey, `/steps/${id}${tail}`);
  const way = chosen ?? mainWay(journey, id);
  return way ? [way.pointer] : [];
}

export interface RemoveOptions {
  /** The way of the step along which the journey goes on; null: all that follows goes too. Its main way, unless said otherwise. */
  keep?: string | null;
}

/** Take a step out. What led to it leads on to what followed. */
export function removeStep(journey: Journey, id: string, options: RemoveOptions = {}): Change {
  if (!Object.hasOwn(journey.steps, id)) return { journey };
  const kept =
    options.keep === undefined ? mainWay(journey, id) : options.keep === null ? null : wayAt(journey, options.keep);
  const next = kept?.from === id && kept.next !== id ? kept.next : null;
  const into = (spanning(journey).waysTo.get(id) ?? []).filter((way) => way.from !== id);
  const healed = leading(journey, new Map(into.map((way) => [way.pointer, next])));
  const select = next === null ? { steps: [], way: into[0]?.pointer ?? null } : { steps: [next], way: null };
  return settle(journey, withoutSteps(healed, new Set([id])), select);
}

/** Take several steps out, the last ones first; each heals along its main way. */
export function removeSteps(journey: Journey, ids: readonly string[]): Change {
  const { order, lost } = spanning(journey);
  const chosen = new Set(ids);
  let change: Change = { journey };
  for (const id of [...order, ...lost].reverse()) if (chosen.has(id)) change = removeStep(change.journey, id);
  return change;
}

/** Put another step in the place of one; what its ways led to and no longer do is gone. */
export function changeStep(journey: Journey, id: string, step: Step): Change {
  if (!Object.hasOwn(journey.steps, id) || journey.steps[id] === step) return { journey };
  return settle(journey, withStep(journey, id, step));
}

/** Let a way lead to a step that is there already, or to the end. Nothing happens if that made a circle. */
export function setNext(journey: Journey, pointer: string, next: string | null): Change {
  const way = wayAt(journey, pointer);
  if (way === null || way.next === next) return { journey };
  if (next !== null && !Object.hasOwn(journey.steps, next)) return { journey };
  if (next !== null && way.from !== null && (next === way.from || reaches(journey, next, way.from))) return { journey };
  return settle(journey, lead(journey, pointer, next));
}

/** What an author says of the journey as a whole; undefined takes a field out. */
export type JourneyPatch = {
  [K in Exclude<keyof Journey, "steps" | "start" | "format">]?: Journey[K] | undefined;
};

/** Change what is said of the journey as a whole. */
export function changeJourney(journey: Journey, patch: JourneyPatch): Change {
  const changed: Journey = Object.assign({ ...journey }, patch);
  for (const [name, value] of Object.entries(patch)) if (value === undefined) Reflect.deleteProperty(changed, name);
  return { journey: changed };
}
