/** What a journey asks about people: names of attributes, context and events, for those who try it out. */
import type { Journey } from "./journey.gen";
import { isObject } from "./values";

export interface Asked {
  attributes: readonly string[];
  context: readonly string[];
  /** Events that conditions ask for. */
  events: readonly string[];
}

/** Everything asked anywhere in the document, in its order. */
export function askedBy(journey: Journey): Asked {
  const found = { attributes: new Set<string>(), context: new Set<string>(), events: new Set<string>() };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isObject(value)) return;
    if (value.type === "attribute") add(found.attributes, value.name);
    if (value.type === "context") add(found.context, value.name);
    if (value.type === "event") add(found.events, value.event);
    if (isObject(value.until_attribute)) add(found.attributes, value.until_attribute.name);
    Object.values(value).forEach(walk);
  };
  walk(journey.exit_when);
  walk(journey.steps);
  return { attributes: [...found.attributes], context: [...found.context], events: [...found.events] };
}

function add(names: Set<string>, name: unknown): void {
  if (typeof name === "string" && name !== "") names.add(name);
}
