/** Making a way lead elsewhere, and what every edit has to keep: the first words of all edits. Pure. */
import type { Change, Selection } from "../../editor/store";
import type { Journey, Step } from "../journey.gen";
import { isCircular, spanning } from "../tree";
import { isObject } from "../values";
import { type Way, wayIn, waysOf } from "../ways";

/** The way that a pointer names, or null. */
export function wayAt(journey: Journey, pointer: string): Way | null {
  const found = wayIn(journey);
  if (found.pointer === pointer) return found;
  const id = stepOf(pointer);
  return id === null ? null : (waysOf(journey, id).find((way) => way.pointer === pointer) ?? null);
}

/** The step that a pointer leads into, or null. Ids need no escapes. */
export function stepOf(pointer: string): string | null {
  const [, steps, id] = pointer.split("/");
  return steps === "steps" && id !== undefined ? id : null;
}

/** The way by which a step merely goes on; where all ways have names, the first that leads anywhere. */
export function mainWay(journey: Journey, id: string): Way | null {
  const ways = waysOf(journey, id);
  return ways.find((way) => way.branch === null) ?? ways.find((way) => way.next !== null) ?? ways[0] ?? null;
}

/** The journey with ways leading elsewhere: the next step by pointer, null where people finish. */
export function leading(journey: Journey, targets: ReadonlyMap<string, string | null>): Journey {
  const steps = { ...journey.steps };
  let start = journey.start;
  for (const [pointer, next] of targets) {
    const id = stepOf(pointer);
    if (id === null) start = next ?? "";
    else if (steps[id]) steps[id] = stepLeading(steps[id], pointer, next);
  }
  return { ...journey, start, steps };
}

/** The journey with one way leading elsewhere. */
export function lead(journey: Journey, pointer: string, next: string | null): Journey {
  return leading(journey, new Map([[pointer, next]]));
}

/** A copy of a step with one of its ways leading elsewhere; the pointer is the whole one. */
function stepLeading(step: Step, pointer: string, next: string | null): Step {
  const copy = structuredClone(step);
  const place = pointer.split("/").slice(3, -1);
  let holder: unknown = copy;
  for (const name of place) {
    if (typeof holder !== "object" || holder === null) return step;
    const inner: unknown = Reflect.get(holder, name);
    // Places such as `else` may be left out as long as nothing follows there.
    if (inner === undefined && next === null) return step;
    if (inner === undefined) Reflect.set(holder, name, {});
    holder = Reflect.get(holder, name);
  }
  if (!isObject(holder)) return step;
  if (next !== null) Reflect.set(holder, "next", next);
  else Reflect.deleteProperty(holder, "next");
  const [name] = place;
  return place.length === 1 && name !== undefined && Object.keys(holder).length === 0
    ? without(copy, name, pointer)
    : copy;
}

/** The step without an empty place, where that says the same. */
function without(step: Step, name: string, pointer: string): Step {
  const lean = structuredClone(step);
  Reflect.deleteProperty(lean, name);
  const [id = ""] = pointer.split("/").slice(2);
  const alone: Journey = { format: 1, name: "", entry: { type: "api" }, start: id, steps: { [id]: lean } };
  return waysOf(alone, id).some((way) => way.pointer === pointer) ? lean : step;
}

/** The journey with a step put in or put in its place. */
export function withStep(journey: Journey, id: string, step: Step): Journey {
  return { ...journey, steps: { ...journey.steps, [id]: step } };
}

/** The journey without some steps; ways to them are the caller's to mend. */
export function withoutSteps(journey: Journey, ids: ReadonlySet<string>): Journey {
  return { ...journey, steps: Object.fromEntries(Object.entries(journey.steps).filter(([id]) => !ids.has(id))) };
}

/** The end of every edit: steps to which nothing leads any more are gone with it, and an edit that makes a circle is none. */
export function settle(before: Journey, after: Journey, select?: Selection): Change {
  if (isCircular(after) && !isCircular(before)) return { journey: before };
  const left = new Set(spanning(after).lost);
  const gone = new Set(spanning(before).order.filter((id) => left.has(id)));
  for (const id of Object.keys(after.steps)) if (left.has(id) && !Object.hasOwn(before.steps, id)) gone.add(id);
  const journey = gone.size === 0 ? after : withoutSteps(after, gone);
  return { journey, ...(select ? { select } : {}) };
}
