/** Every step kind the designer knows. A kind that the schema has and this list has not is a type error. */
import type { Journey, Step } from "../journey/journey.gen";
import { abTest } from "./abTest";
import { email } from "./email";
import { holdout } from "./holdout";
import type { Kind, StepKind, StepOf } from "./kind";
import { split } from "./split";
import { wait } from "./wait";

export { titleOf } from "../journey/titles";

/** In the order of the palette. */
export const KINDS: { readonly [K in Kind]: StepKind<K> } = { email, wait, split, ab_test: abTest, holdout };

/** The same as a list, for menus; what differs by kind is asked by the functions below. */
export const KIND_LIST: readonly StepKind<Kind>["kind"][] = Object.values(KINDS).map(({ kind }) => kind);

/** What is drawn of a kind without knowing a step: title, hint, words, hue and icon. */
export type Look = Pick<StepKind<Kind>, "kind" | "title" | "hint" | "words" | "hue" | "icon">;

export function lookOf(kind: Kind): Look {
  return KINDS[kind];
}

export function kindOf(step: Step): Look {
  return lookOf(step.type);
}

/** A new step of a kind. */
export function blankOf(kind: Kind, journey: Journey): Step {
  return KINDS[kind].blank(journey);
}

/** The second line of a step's card; empty while there is nothing to say. */
export function summaryOf(step: Step): string {
  return summarise(step.type, step);
}

/** Compiles because kind and step are of one parameter. */
function summarise<K extends Kind>(kind: K, step: StepOf<K>): string {
  return KINDS[kind].summary(step);
}
