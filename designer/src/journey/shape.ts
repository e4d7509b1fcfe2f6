/** Whether a value can be drawn as a journey: every field of the right type, though perhaps empty or wrong. Drafts may be unfinished. */
import { type Schema, Validator } from "@cfworker/json-schema";
import schema from "../../../journeys/journey.schema.json";
import type { Journey } from "./journey.gen";

/** What a value must be is for the checks; here only its type counts. */
const CONSTRAINTS = new Set([
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "gt",
  "lt",
  "le",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);

function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  if (typeof value !== "object" || value === null) return value;
  const isOneOfItsFields = "properties" in value && "oneOf" in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === "format" && typeof inner === "string") && !CONSTRAINTS.has(key))
      .filter(([key]) => !(isOneOfItsFields && key === "oneOf"))
      .map(([key, inner]) => [key, relaxed(inner)]),
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}

const drawable = relaxed(schema);
const validator = new Validator(isSchema(drawable) ? drawable : {}, "2020-12", false);

/** Whether the canvas and the panels can show it. */
export function isJourney(value: unknown): value is Journey {
  return validator.validate(value).valid;
}

/** The journey in a text, or null where it cannot be drawn. */
export function readJourney(source: string): Journey | null {
  try {
    const value: unknown = JSON.parse(source);
    return isJourney(value) ? value : null;
  } catch {
    return null;
  }
}
