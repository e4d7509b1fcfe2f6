/** Two authors changed the same journey: what both did is put together, and where they contradict each other somebody chooses. Knows no step kind. */
import { diffJourneys } from "./diff";
import { leading, wayAt, withoutSteps } from "./edits/pointing";
import type { Journey, Step } from "./journey.gen";
import { quotedTitle } from "./titles";
import { followers, isCircular, spanning } from "./tree";
import { isObject, isSame, type JsonObject } from "./values";

/** One place that both changed, each otherwise. */
export interface Conflict {
  /** Names the place, in either journey. */
  pointer: string;
  stepId: string | null;
  /** What it is called: "“Welcome”", "The name of the journey". */
  title: string;
  /** What each side did to it, in words. */
  mine: readonly string[];
  theirs: readonly string[];
}

export interface Merged {
  journey: Journey;
  conflicts: readonly Conflict[];
}

export type Side = "mine" | "theirs";

/** What to take at a place of conflict. */
export type Choose = (pointer: string) => Side;

/** Put together what both sides changed since `base`. Where they contradict each other, `choose` decides: mine, unless given. */
export function mergeJourneys(base: Journey, mine: Journey, theirs: Journey, choose: Choose = () => "mine"): Merged {
  const sides: Sides = { base, mine, theirs, choose, conflicts: [] };
  const steps: Journey["steps"] = {};
  for (const id of new Set([...Object.keys(mine.steps), ...Object.keys(theirs.steps)])) {
    const step = mergeStep(sides, id);
    if (step !== undefined) steps[id] = step;
  }
  const whole: Journey = Object.assign({}, mergeFields(sides), { steps });
  const journey = withNamed(whole, mine, theirs);
  // Each side alone goes forward, but both together may not.
  if (isCircular(journey)) return { journey: choose("") === "mine" ? mine : theirs, conflicts: [circle(sides)] };
  if (sides.conflicts.length === 0) return { journey, conflicts: [] };
  return { journey: withoutRejected(base, withLed(sides, journey)), conflicts: sides.conflicts };
}

/** A step that was chosen although the other side removed it: what led to it leads there again. */
function withLed(sides: Sides, journey: Journey): Journey {
  let led = journey;
  for (const { stepId: id, pointer } of sides.conflicts) {
    if (id === null || !spanning(led).lost.includes(id)) continue;
    const side = sides[sides.choose(pointer)];
    const into = (spanning(side).waysTo.get(id) ?? []).filter((way) => wayAt(led, way.pointer) !== null);
    const again = leading(led, new Map(into.map((way) => [way.pointer, id])));
    if (!isCircular(again)) led = again;
  }
  return led;
}

/** New steps of a side that was not chosen, to which nothing leads therefore. */
function withoutRejected(base: Journey, journey: Journey): Journey {
  const { lost, waysTo } = spanning(journey);
  const rejected = new Set(lost.filter((id) => !Object.hasOwn(base.steps, id) && waysTo.get(id)?.length === 0));
  return rejected.size === 0 ? journey : withoutRejected(base, withoutSteps(journey, rejected));
}

interface Sides {
  base: Journey;
  mine: Journey;
  theirs: Journey;
  choose: Choose;
  conflicts: Conflict[];
}

/** Of three values the one that was changed; undefined where a choice is needed. */
function changed<T>(base: T, mine: T, theirs: T): { value: T } | undefined {
  if (isSame(mine, theirs) || isSame(theirs, base)) return { value: mine };
  return isSame(mine, base) ? { value: theirs } : undefined;
}

function mergeStep(sides: Sides, id: string): Step | undefined {
  const [base, mine, theirs] = [sides.base.steps[id], sides.mine.steps[id], sides.theirs.steps[id]];
  const simple = changed(base, mine, theirs);
  if (simple !== undefined) return simple.value;
  const fields =
    base && mine && theirs && mine.type === theirs.type ? mergeObject({ ...base }, { ...mine }, { ...theirs }) : null;
  // Compiles: the fields are those of one of the two, and both are of one kind.
  if (fields !== null && mine) return Object.assign(cleared(mine), fields);
  note(sides, `/steps/${id}`, id, quotedTitle(mine ? sides.mine : theirs ? sides.theirs : sides.base, id));
  return sides.choose(`/steps/${id}`) === "mine" ? mine : theirs;
}

/** Fields of their own are put together one by one; null where both changed the same. */
function mergeObject(base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject | null {
  const merged: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const found = changed(base[name], mine[name], theirs[name]) ?? mergeInner(base[name], mine[name], theirs[name]);
    if (found === undefined) return null;
    if (found.value !== undefined) merged[name] = found.value;
  }
  return merged;
}

function mergeInner(base: unknown, mine: unknown, theirs: unknown): { value: unknown } | undefined {
  if (isBranches(base) && isBranches(mine) && isBranches(theirs)) return mergeBranches(base, mine, theirs);
  if (!isObject(base) || !isObject(mine) || !isObject(theirs) || "type" in mine) return undefined;
  const value = mergeObject(base, mine, theirs);
  return value === null ? undefined : { value };
}

type Branches = readonly (JsonObject & { id: string })[];

function isBranches(value: unknown): value is Branches {
  return Array.isArray(value) && value.every((branch) => isObject(branch) && typeof branch.id === "string");
}

/** Branch by branch, where both kept the same ones in the same order, with weights that still sum up. */
function mergeBranches(base: Branches, mine: Branches, theirs: Branches): { value: unknown } | undefined {
  const ids = (branches: Branches) => branches.map((branch) => branch.id);
  if (!isSame(ids(mine), ids(base)) || !isSame(ids(theirs), ids(base))) return undefined;
  const weights = (branches: Branches) => branches.map((branch) => branch.weight);
  if (changed(weights(base), weights(mine), weights(theirs)) === undefined) return undefined;
  const merged = base.map((branch, place) => mergeObject(branch, mine[place] ?? branch, theirs[place] ?? branch));
  return merged.includes(null) ? undefined : { value: merged };
}

/** The step without its fields: its kind is what stays. */
function cleared<S extends Step>(step: S): S {
  const copy = { ...step };
  for (const name of Object.keys(copy)) if (name !== "type") Reflect.deleteProperty(copy, name);
  return copy;
}

function mergeFields(sides: Sides): Journey {
  const merged = { ...sides.mine };
  const said = (journey: Journey): JsonObject => ({ ...journey });
  const [base, mine, theirs] = [said(sides.base), said(sides.mine), said(sides.theirs)];
  for (const name of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    if (name === "steps") continue;
    const found = changed(base[name], mine[name], theirs[name]);
    if (found === undefined) note(sides, `/${name}`, null, TITLES[name] ?? name);
    const value = found ? found.value : sides.choose(`/${name}`) === "mine" ? mine[name] : theirs[name];
    if (value === undefined) Reflect.deleteProperty(merged, name);
    else Reflect.set(merged, name, value);
  }
  return merged;
}

const TITLES: Readonly<Record<string, string>> = {
  name: "The name of the journey",
  note: "The note of the journey",
  entry: "How people come in",
  exit_when: "When people leave",
  re_entry: "Whether people come again",
  start: "The first step",
};

/** A step that one side removed while the other leads to it is there again, with all that comes after it. */
function withNamed(journey: Journey, mine: Journey, theirs: Journey): Journey {
  const all: Journey = { ...journey, steps: { ...theirs.steps, ...mine.steps, ...journey.steps } };
  const named = followers(all, [...Object.keys(journey.steps), journey.start]).add(journey.start);
  const missing = [...named].flatMap((id) => {
    const step = Object.hasOwn(journey.steps, id) ? undefined : all.steps[id];
    return step ? [[id, step] as const] : [];
  });
  return missing.length === 0 ? journey : { ...journey, steps: { ...journey.steps, ...Object.fromEntries(missing) } };
}

function note(sides: Sides, pointer: string, stepId: string | null, title: string): void {
  const told = (side: Journey) => {
    const messages = diffJourneys(sides.base, side)
      .filter((difference) => difference.pointer === pointer || difference.pointer.startsWith(`${pointer}/`))
      .map(({ message }) => message);
    // Where a way leads on is told with the step that came or went behind it: here that is all there is to say.
    return messages.length > 0
      ? messages
      : [`${title} ${stepId === null ? "is another one" : "leads on to other steps"}`];
  };
  sides.conflicts.push({ pointer, stepId, title, mine: told(sides.mine), theirs: told(sides.theirs) });
}

function circle({ base, mine, theirs }: Sides): Conflict {
  const told = (side: Journey) => diffJourneys(base, side).map(({ message }) => message);
  return {
    pointer: "",
    stepId: null,
    title: "Both together would go in a circle",
    mine: told(mine),
    theirs: told(theirs),
  };
}
