/** What the journey's schema says of a field: its help and its limits, written once, in the engine. */
import schema from "../../../../journeys/journey.schema.json";
import { isObject, type JsonObject } from "../../journey/values";

export interface Hint {
  help: string | null;
  minLength: number | null;
  maxLength: number | null;
  minimum: number | null;
  maximum: number | null;
}

/** The hint at a pointer into the schema: `/$defs/Wait/properties/for`. References on the way are followed; fields that do not exist have an empty hint. */
export function hintAt(pointer: string): Hint {
  const found = pointer
    .split("/")
    .slice(1)
    .reduce<JsonObject | null>((place, name) => inside(resolved(place), name), schema);
  const target = resolved(found);
  return {
    // What stands at the field itself says more than what stands at its type.
    help: text(found?.description) ?? text(target?.description),
    minLength: count(target?.minLength),
    maxLength: count(target?.maxLength),
    minimum: count(target?.minimum) ?? count(target?.gt),
    maximum: count(target?.maximum) ?? count(target?.le),
  };
}

function inside(place: JsonObject | null, name: string): JsonObject | null {
  const inner = place?.[name];
  return isObject(inner) ? inner : null;
}

function resolved(place: JsonObject | null): JsonObject | null {
  const reference = place?.$ref;
  if (typeof reference !== "string") return place;
  const definitions: JsonObject = schema.$defs;
  return inside(definitions, reference.slice("#/$defs/".length));
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
