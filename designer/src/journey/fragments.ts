/** Steps on the clipboard: a part of a journey as a document of its own, which goes into any journey. Pure. */
import type { Change } from "../editor/store";
import { renamedSteps } from "./edits/ids";
import { newNames } from "./edits/moving";
import { mainEnd } from "./edits/pieces";
import { leading, settle, wayAt } from "./edits/pointing";
import { formatJourney } from "./format";
import type { Journey } from "./journey.gen";
import { lostNumber, sayLost } from "./numbers";
import { isJourney } from "./shape";
import { isCircular, order, spanning } from "./tree";
import { isObject, valueAt } from "./values";
import { allWays, type Way } from "./ways";

/** A part of a journey. Its ways may name steps that are not in it; a whole journey is one too. */
export interface Fragment {
  format: 1;
  /** The step that comes first. */
  start: string;
  steps: Journey["steps"];
}

/** What the clipboard held, or in one sentence why it cannot be pasted. */
export type ReadFragment = { fragment: Fragment } | { reason: string };

/** Copy steps with all they say. What does not hang together follows one after the other. */
export function copyFragment(journey: Journey, ids: readonly string[]): Fragment {
  const chosen = new Set(ids);
  const met = order(journey).filter((id) => chosen.has(id));
  const steps = Object.fromEntries(met.flatMap((id) => (journey.steps[id] ? [[id, journey.steps[id]] as const] : [])));
  const part = strung({ ...journey, start: met[0] ?? "", steps });
  return { format: 1, start: part.start, steps: part.steps };
}

/** Each part goes on to the next where it would end. */
function strung(part: Journey): Journey {
  let whole = part;
  for (let lost = spanning(whole).lost[0]; lost !== undefined; lost = spanning(whole).lost[0]) {
    const end = mainEnd(whole, whole.start);
    const longer = end === null ? whole : leading(whole, new Map([[end.pointer, lost]]));
    if (end === null || isCircular(longer)) break;
    whole = longer;
  }
  return whole;
}

/** What goes onto the clipboard: JSON as in the journey's file. */
export function writeFragment(fragment: Fragment): string {
  return formatJourney({ $schema: "./journey.schema.json", ...fragment });
}

/** Read what somebody pastes: a fragment, or a whole journey. */
export function readFragment(text: string): ReadFragment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: "That is not a step of a journey: the clipboard holds other text." };
  }
  const lost = lostNumber(text);
  if (lost !== null) return { reason: sayLost(lost) };
  if (!isObject(value) || !isObject(value.steps)) return { reason: "That is JSON, but no steps of a journey." };
  if (value.format !== 1)
    return { reason: "These steps were written by a version of Wend that this one does not know." };
  const journey: unknown = {
    format: 1,
    name: "",
    entry: { type: "api" },
    start: value.start ?? "",
    steps: value.steps,
  };
  if (!isJourney(journey)) return { reason: "These steps have fields that this version of Wend does not know." };
  if (Object.keys(journey.steps).length === 0) return { reason: "There are no steps in it." };
  if (isCircular(journey)) return { reason: "These steps go in a circle." };
  const start = Object.hasOwn(journey.steps, journey.start) ? journey.start : (order(journey)[0] ?? "");
  return { fragment: { format: 1, start, steps: journey.steps } };
}

/** Put a fragment into a way, with ids of its own. What followed goes on behind it; ways to steps that are not in it end, and are counted. */
export function pasteFragment(journey: Journey, pointer: string, fragment: Fragment): Change & { dropped: number } {
  const way = wayAt(journey, pointer);
  if (way === null || !Object.hasOwn(fragment.steps, fragment.start)) return { journey, dropped: 0 };
  const part: Journey = { ...journey, start: fragment.start, steps: fragment.steps };
  const names = newNames(journey, order(part));
  const steps = renamedSteps(part, names);
  const pasted: Journey = { ...journey, steps: { ...journey.steps, ...steps } };

  // A step to which nothing leads goes nowhere, either: what follows must not hang on it alone.
  const lost = new Set(spanning(part).lost);
  const outside = allWays(part).flatMap((own) => {
    const named = own.from === null || lost.has(own.from) ? null : namedBy(part, own);
    return named === null ? [] : [{ pointer: renamed(own, names), named }];
  });
  const onward = outside[0]?.named;
  const end = mainEnd(part, fragment.start);
  const targets = new Map<string, string | null>(
    outside.map(({ pointer, named }) => [pointer, named === onward ? way.next : null]),
  );
  if (outside.length === 0 && end !== null) targets.set(renamed(end, names), way.next);
  targets.set(pointer, names.get(fragment.start) ?? null);

  const change = settle(journey, leading(pasted, targets), { steps: [...names.values()], way: null });
  if (change.journey === journey) return { journey, dropped: 0 };
  const kept = [...names.values()].filter((id) => Object.hasOwn(change.journey.steps, id));
  const dropped = outside.filter(({ named }) => named !== onward).length + names.size - kept.length;
  return { journey: change.journey, select: { steps: kept, way: null }, dropped };
}

/** The step outside that a way names, or null. */
function namedBy(part: Journey, way: Way): string | null {
  const named = valueAt(part, way.pointer);
  return typeof named === "string" && !Object.hasOwn(part.steps, named) ? named : null;
}

/** The pointer of a way after its step got a new id. */
function renamed(way: Way, names: ReadonlyMap<string, string>): string {
  const [empty, steps, id = "", ...place] = way.pointer.split("/");
  return [empty, steps, names.get(id) ?? id, ...place].join("/");
}
