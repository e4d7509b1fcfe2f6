/** The one way a document is written down, byte for byte as the engine writes it, so that a save changes only what was changed. Knows no field's meaning. */
import { isObject, type JsonObject } from "./values";

/** One order for the keys of every object; others follow, sorted. The engine has the same, and a test holds them together. */
export const KEY_ORDER: readonly string[] = [
  "$schema",
  "format",
  "type",
  "id",
  "name",
  "note",
  "entry",
  "exit_when",
  "re_entry",
  "start",
  "event",
  "step",
  "outcome",
  "op",
  "value",
  "conditions",
  "condition",
  "salt",
  "template",
  "for",
  "until",
  "until_attribute",
  "until_local",
  "time",
  "weekdays",
  "offset",
  "missing",
  "percent",
  "weight",
  "count",
  "within",
  "since",
  "where",
  "after",
  "when",
  "branches",
  "else",
  "next",
  "steps",
];
const RANKS: ReadonlyMap<string, number> = new Map(KEY_ORDER.map((key, rank) => [key, rank]));

/** Write a journey, or whatever else is JSON: a draft may be far from one. Reading it and writing it again changes nothing. */
export function formatJourney(document: object): string {
  const fields: JsonObject = { ...document };
  const keys = sortedKeys(fields);
  const steps = fields.steps;
  const parts = keys.map((key) => {
    const written = key === "steps" && isObject(steps) ? writeSteps(fields.start, steps) : write(fields[key], "\n  ");
    return `${JSON.stringify(key)}: ${written}`;
  });
  return `${bracket("{", parts, "}", "\n")}\n`;
}

function writeSteps(start: unknown, steps: JsonObject): string {
  const parts = metIn(start, steps).map((id) => `${JSON.stringify(id)}: ${write(steps[id], "\n    ")}`);
  return bracket("{", parts, "}", "\n  ");
}

function write(value: unknown, newline: string): string {
  const inner = `${newline}  `;
  if (Array.isArray(value)) {
    const parts = value.map((element) => write(element, inner));
    return bracket("[", parts, "]", newline);
  }
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const parts = sortedKeys(value).map((key) => `${JSON.stringify(key)}: ${write(value[key], inner)}`);
  return bracket("{", parts, "}", newline);
}

function bracket(opening: string, parts: readonly string[], closing: string, newline: string): string {
  return parts.length === 0
    ? opening + closing
    : `${opening}${newline}  ${parts.join(`,${newline}  `)}${newline}${closing}`;
}

/** Fields that say `undefined` are not there, as for JSON. */
function sortedKeys(object: JsonObject): string[] {
  return Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort((one, other) => rankOf(one) - rankOf(other) || compare(one, other));
}

function rankOf(key: string): number {
  return RANKS.get(key) ?? RANKS.size;
}

/** By code points, as the engine sorts; `<` would put what is beyond U+FFFF too early. */
function compare(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  const place = left.findIndex((letter, index) => letter !== right[index]);
  if (place === -1) return left.length - right.length;
  return (left[place]?.codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? -1);
}

/** Step ids as they are met from the start: branch after branch, a join after all that leads to it; then the others, sorted. */
function metIn(start: unknown, steps: JsonObject): string[] {
  const done: string[] = [];
  const seen = new Set<string>();
  const path: { id: string; targets: string[] }[] = [];
  const enter = (id: string) => {
    seen.add(id);
    path.push({ id, targets: targetsIn(steps[id], steps) });
  };
  if (typeof start === "string" && Object.hasOwn(steps, start)) enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    // From last to first, so that an inserted step appears where it is met and moves no other.
    const target = top.targets.pop();
    if (target === undefined) {
      done.push(top.id);
      path.pop();
    } else if (!seen.has(target)) enter(target);
  }
  const lost = Object.keys(steps).filter((id) => !seen.has(id));
  return [...done.reverse(), ...lost.sort(compare)];
}

/** Every step that a `next` names inside a step, in the order in which it is written. */
function targetsIn(value: unknown, steps: JsonObject): string[] {
  if (Array.isArray(value)) return value.flatMap((inner) => targetsIn(inner, steps));
  if (!isObject(value)) return [];
  return sortedKeys(value).flatMap((key) => {
    const inner = value[key];
    if (key === "next" && typeof inner === "string" && Object.hasOwn(steps, inner)) return [inner];
    return key.startsWith("x-") ? [] : targetsIn(inner, steps);
  });
}
