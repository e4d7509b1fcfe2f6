/** Ids that people can read, and new ones for what is called otherwise. Pure. */
import type { Change } from "../../editor/store";
import type { Journey, Step } from "../journey.gen";
import { isObject, valueAt } from "../values";
import { waysOf } from "../ways";

const LONGEST = 63;
const ID = /^[a-z][a-z0-9_-]{0,62}$/;

/** Whether a text can be an id. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** An id made from a name, "Thank you!" as `thank_you`; a number follows where it is taken. */
export function uniqueId(base: string, isTaken: (id: string) => boolean): string {
  const plain = base
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9_-]+/g, "_")
    .replace(/^[^a-z]+|[_-]+$/g, "")
    .slice(0, LONGEST);
  const stem = plain === "" ? "step" : plain;
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `_${count}`;
    const id = stem.slice(0, LONGEST - suffix.length) + suffix;
    if (!isTaken(id)) return id;
  }
}

/** An id for a new step of this journey. */
export function newId(journey: Journey, base: string): string {
  return uniqueId(base, (id) => Object.hasOwn(journey.steps, id));
}

/** Call a step otherwise, wherever it is named: by ways, and by conditions about its message. */
export function renameStep(journey: Journey, id: string, newId: string): Change {
  if (!Object.hasOwn(journey.steps, id) || !isId(newId) || Object.hasOwn(journey.steps, newId)) return { journey };
  return { journey: withIds(journey, new Map([[id, newId]])), select: { steps: [newId], way: null } };
}

/** The journey with steps called otherwise; the order of the steps stays. */
function withIds(journey: Journey, names: ReadonlyMap<string, string>): Journey {
  const all = new Map(Object.keys(journey.steps).map((id) => [id, names.get(id) ?? id]));
  const { exit_when, entry, ...rest } = journey;
  const said = structuredClone({ entry, ...(exit_when ? { exit_when } : {}) });
  rename(said, names);
  return { ...rest, ...said, start: names.get(journey.start) ?? journey.start, steps: renamedSteps(journey, all) };
}

/** Copies of the steps that have new names, under those, with all that names one of them; ways to others stay. */
export function renamedSteps(journey: Journey, names: ReadonlyMap<string, string>): Journey["steps"] {
  const copies: Journey["steps"] = {};
  for (const [id, name] of names) {
    if (!journey.steps[id]) continue;
    const copy = structuredClone(journey.steps[id]);
    rename(copy, names);
    for (const way of waysOf(journey, id)) {
      const next = names.get(way.next ?? "");
      if (next !== undefined) setNext(copy, way.pointer, next);
    }
    copies[name] = copy;
  }
  return copies;
}

function setNext(step: Step, pointer: string, next: string): void {
  const place = pointer.split("/").slice(3, -1);
  const holder = valueAt(step, ["", ...place].join("/"));
  if (isObject(holder)) Reflect.set(holder, "next", next);
}

/** Conditions about messages name steps, at whatever depth. */
function rename(value: unknown, names: ReadonlyMap<string, string>): void {
  if (Array.isArray(value)) for (const inner of value) rename(inner, names);
  if (!isObject(value)) return;
  if (value.type === "message" && typeof value.step === "string")
    Reflect.set(value, "step", names.get(value.step) ?? value.step);
  for (const [name, inner] of Object.entries(value)) if (!name.startsWith("x-")) rename(inner, names);
}
