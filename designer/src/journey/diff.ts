/** What differs between two states of a journey, in words for its authors. Knows no step kind. */
import { CONDITION_TYPES, sayCondition } from "./conditions";
import { sayDuration, secondsOf } from "./durations";
import { KEY_ORDER } from "./format";
import type { Condition, Journey } from "./journey.gen";
import { quotedTitle } from "./titles";
import { order, spanning } from "./tree";
import { isObject, isSame, type JsonObject } from "./values";
import { type Way, waysOf } from "./ways";

export interface Difference {
  kind: "added" | "removed" | "changed" | "moved";
  stepId: string | null;
  /** Where it is in the newer journey; in the older one for what was removed. */
  pointer: string;
  message: string;
}

interface Pair {
  old: Journey;
  next: Journey;
  /** New ids with the old ones of steps that say the same. */
  renamed: ReadonlyMap<string, string>;
}

/** Every difference, in reading order: the journey as a whole first, what was removed last. */
export function diffJourneys(old: Journey, next: Journey): readonly Difference[] {
  const pair = { old, next, renamed: renamedSteps(old, next) };
  const renamed = new Set(pair.renamed.values());
  return [
    ...fields(saidOf(old), saidOf(next), "", null, ""),
    ...entryMoved(pair),
    ...order(next).flatMap((id) => ofStep(pair, id)),
    ...order(old).flatMap((id) => (Object.hasOwn(next.steps, id) || renamed.has(id) ? [] : [removed(pair, id)])),
  ];
}

/** How many differences there are. */
export function countDifferences(old: Journey, next: Journey): number {
  return old === next ? 0 : diffJourneys(old, next).length;
}

/** What is said of a journey as a whole; where it starts is told by the ways. */
function saidOf(journey: Journey): JsonObject {
  const told = new Set(["$schema", "format", "start", "steps"]);
  return Object.fromEntries(Object.entries(journey).filter(([name]) => !told.has(name)));
}

function ofStep(pair: Pair, id: string): Difference[] {
  const before = pair.old.steps[id];
  const after = pair.next.steps[id];
  if (after === undefined || before === after) return [];
  const pointer = `/steps/${id}`;
  const title = quotedTitle(pair.next, id);
  const earlier = pair.renamed.get(id);
  if (earlier !== undefined)
    return [{ kind: "changed", stepId: id, pointer, message: `${title}: id ${earlier} → ${id}` }];
  if (before === undefined)
    return [{ kind: "added", stepId: id, pointer, message: `${title} added${place(pair.next, id)}` }];
  if (before.type !== after.type)
    return [{ kind: "changed", stepId: id, pointer, message: `${title} was made another kind of step` }];
  return [...fields(withoutNext(before), withoutNext(after), pointer, id, `${title}: `), ...waysMoved(pair, id)];
}

/** Steps that came and went with the same to say; only where there is no doubt which is which. */
function renamedSteps(old: Journey, next: Journey): Map<string, string> {
  const gone = Object.keys(old.steps).filter((id) => !Object.hasOwn(next.steps, id));
  const come = Object.keys(next.steps).filter((id) => !Object.hasOwn(old.steps, id));
  if (gone.length === 0 || come.length === 0) return new Map();
  // What follows may have got another id too.
  const said = (journey: Journey, id: string, other: Journey) => [
    withoutNext(journey.steps[id] ?? {}),
    waysOf(journey, id).map(({ next }) => (Object.hasOwn(other.steps, next ?? "") ? next : next === null)),
  ];
  const pairs = come.flatMap((id) =>
    gone.filter((other) => isSame(said(old, other, next), said(next, id, old))).map((other) => [id, other] as const),
  );
  const isSole = (place: 0 | 1, id: string) => pairs.filter((pair) => pair[place] === id).length === 1;
  return new Map(pairs.filter(([id, other]) => isSole(0, id) && isSole(1, other)));
}

function removed({ old }: Pair, id: string): Difference {
  return { kind: "removed", stepId: id, pointer: `/steps/${id}`, message: `${quotedTitle(old, id)} removed` };
}

/** Behind which step a step stands. */
function place(journey: Journey, id: string): string {
  const way = spanning(journey).waysTo.get(id)?.[0];
  if (way === undefined) return "";
  return way.from === null ? " at the start" : ` after ${quotedTitle(journey, way.from)}`;
}

function entryMoved(pair: Pair): Difference[] {
  const { old, next } = pair;
  if (old.start === next.start || isMerelyHealed(pair, old.start, next.start)) return [];
  const message =
    next.start === "" ? "The journey has no first step" : `The journey starts at ${quotedTitle(next, next.start)}`;
  return [{ kind: "moved", stepId: null, pointer: "/start", message }];
}

/** Ways that lead elsewhere, although what they led to is still there and what they lead to was there before. */
function waysMoved(pair: Pair, id: string): Difference[] {
  const before = new Map(waysOf(pair.old, id).map((way) => [nameOf(way), way]));
  return waysOf(pair.next, id).flatMap((way) => {
    const earlier = before.get(nameOf(way));
    if (earlier === undefined || earlier.next === way.next || isMerelyHealed(pair, earlier.next, way.next)) return [];
    const where = way.label === null ? "" : ` “${way.label}”`;
    const goal = way.next === null ? "ends there" : `goes on to ${quotedTitle(pair.next, way.next)}`;
    const message = `${quotedTitle(pair.next, id)}${where} ${goal} instead of ${earlier.next === null ? "ending" : quotedTitle(pair.old, earlier.next)}`;
    return [{ kind: "moved" as const, stepId: id, pointer: way.pointer, message }];
  });
}

/** A way whose target came or went is told with that. */
function isMerelyHealed({ old, next }: Pair, before: string | null, after: string | null): boolean {
  return (
    (before !== null && !Object.hasOwn(next.steps, before)) || (after !== null && !Object.hasOwn(old.steps, after))
  );
}

/** Branches are known by their ids, whatever their places. */
function nameOf(way: Way): string {
  return way.branch === null ? "" : way.pointer.includes("/branches/") ? `/${way.branch}` : way.branch;
}

function withoutNext(step: object): JsonObject {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (key === "next" ? [] : [[key, strip(inner)]])),
    );
  };
  const bare = strip(step);
  return isObject(bare) ? bare : {};
}

function fields(old: JsonObject, next: JsonObject, pointer: string, stepId: string | null, who: string): Difference[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  const ranks = new Map(KEY_ORDER.map((key, rank) => [key, rank]));
  names.sort((one, other) => (ranks.get(one) ?? ranks.size) - (ranks.get(other) ?? ranks.size));
  return names.flatMap((name) => {
    const [before, after] = [old[name], next[name]];
    const at = `${pointer}/${name}`;
    // A place that only names what follows says nothing when it is empty.
    if (isSame(before, after) || (isEmpty(before) && isEmpty(after))) return [];
    if (name === "branches" && Array.isArray(before) && Array.isArray(after))
      return branches(before, after, at, stepId, who);
    if (isObject(before) && isObject(after) && !isTagged(before) && !isTagged(after))
      return fields(before, after, at, stepId, who);
    const label = name.replaceAll("_", " ");
    if (before === undefined)
      return [{ kind: "changed", stepId, pointer: at, message: `${who}${label} set to ${say(after, name)}` }];
    if (after === undefined) return [{ kind: "changed", stepId, pointer: at, message: `${who}${label} removed` }];
    return [
      { kind: "changed", stepId, pointer: at, message: `${who}${label} ${say(before, name)} → ${say(after, name)}` },
    ];
  });
}

function branches(
  old: readonly unknown[],
  next: readonly unknown[],
  pointer: string,
  stepId: string | null,
  who: string,
): Difference[] {
  const before = new Map(old.filter(isObject).map((branch) => [branch.id, branch]));
  const after = new Map(next.filter(isObject).map((branch) => [branch.id, branch]));
  const called = (branch: JsonObject) => `branch “${String(branch.name ?? branch.id)}”`;
  const found: Difference[] = [];
  next.filter(isObject).forEach((branch, place) => {
    const earlier = before.get(branch.id);
    const at = `${pointer}/${place}`;
    if (earlier) found.push(...fields(earlier, branch, at, stepId, `${who}${called(branch)} `));
    else found.push({ kind: "changed", stepId, pointer: at, message: `${who}${called(branch)} added` });
  });
  old.filter(isObject).forEach((branch, place) => {
    if (!after.has(branch.id))
      found.push({
        kind: "changed",
        stepId,
        pointer: `${pointer}/${place}`,
        message: `${who}${called(branch)} removed`,
      });
  });
  const kept = [...after.keys()].filter((id) => before.has(id));
  if (
    !isSame(
      kept,
      [...before.keys()].filter((id) => after.has(id)),
    )
  )
    found.push({ kind: "moved", stepId, pointer, message: `${who}the branches are in another order` });
  return found;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (isObject(value) && Object.keys(value).length === 0);
}

/** Conditions, entries and the like are one thing each, and told as a whole. */
function isTagged(value: JsonObject): boolean {
  return typeof value.type === "string";
}

/** An entry by event has the same type as a condition, but says no more than the event and what of it is asked. */
function isCondition(value: JsonObject, name: string): value is JsonObject & Condition {
  return typeof value.type === "string" && CONDITION_TYPES.includes(value.type) && name !== "entry";
}

function say(value: unknown, name = ""): string {
  if (typeof value === "string") return secondsOf(value) === null ? value || "nothing" : sayDuration(value);
  if (!isObject(value)) return JSON.stringify(value);
  if (isCondition(value, name)) return sayCondition(value);
  return Object.entries(value)
    .map(([inner, said]) => (isObject(said) ? `where ${say(said)}` : say(said, inner)))
    .join(" ");
}
