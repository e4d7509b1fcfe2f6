/** What the schema says is wrong with a value, in a sentence and with the engine's codes. Knows the schema, and no step kind by name. */
import schema from "../../../journeys/journey.schema.json";
import { isObject, type JsonObject, valueAt } from "./values";

/** Something wrong at a place. */
export interface Fault {
  code: string;
  pointer: string;
  message: string;
  /** It is of another type than a journey has there, not merely empty or too large: nothing could be drawn of it. */
  isOfOtherShape?: true;
}

interface Shape {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  gt?: number;
  lt?: number;
  le?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  items?: Shape;
  required?: readonly string[];
  properties?: Readonly<Record<string, Shape>>;
  patternProperties?: Readonly<Record<string, Shape | boolean>>;
  oneOf?: readonly Shape[];
  discriminator?: { propertyName: string; mapping: Readonly<Record<string, string>> };
}

const WHOLE = shapeAt("");
const ID_PATTERN = shapeAt("/$defs/AbBranch/properties/id").pattern;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const byStep = new WeakMap<object, readonly Fault[]>();

/** What is wrong with a document but its steps. */
export function faultsOfJourney(document: JsonObject): Fault[] {
  const { steps, ...rest } = document;
  const count = isObject(steps) ? Object.keys(steps).length : 0;
  const shape = WHOLE.properties?.steps;
  // Without a step there is nothing to start at: that is told once.
  const told = count === 0 && rest.start === "" ? ["/steps", "/start"] : ["/steps"];
  const faults = faultsOf(WHOLE, { ...rest, steps: {} }, "").filter((fault) => !told.includes(fault.pointer));
  if (count < (shape?.minProperties ?? 0)) faults.push(fault("wrong_value", "/steps", "There are no steps yet."));
  if (count > (shape?.maxProperties ?? count))
    faults.push(fault("wrong_value", "/steps", `There are more than ${shape?.maxProperties} steps.`));
  return faults;
}

/** What is wrong with a step. A step never changes, so that the answer is kept; pointers are from the step on. */
export function faultsOfStep(step: object): readonly Fault[] {
  const known = byStep.get(step) ?? faultsOf({ $ref: "#/$defs/Step" }, step, "");
  byStep.set(step, known);
  return known;
}

function faultsOf(shape: Shape, value: unknown, pointer: string): Fault[] {
  const target = shape.$ref === undefined ? shape : shapeAt(shape.$ref.slice("#".length));
  if (target.discriminator) return ofKind(target.discriminator, value, pointer);
  if (!isOfType(target, value))
    return [
      misshapen("wrong_type", pointer, `${nameOf(pointer)} has to be ${TYPES[target.type ?? ""] ?? target.type}.`),
    ];
  if (target.const !== undefined && value !== target.const)
    return [misshapen("wrong_value", pointer, `${nameOf(pointer)} has to be ${JSON.stringify(target.const)}.`)];
  if (target.enum && !target.enum.includes(value))
    return [misshapen("wrong_value", pointer, `${nameOf(pointer)} is not one of those that there are.`)];
  if (typeof value === "string") return ofText(target, value, pointer);
  if (typeof value === "number") return ofNumber(target, value, pointer);
  if (Array.isArray(value)) return ofList(target, value, pointer);
  return isObject(value) ? ofFields(target, value, pointer) : [];
}

function shapeAt(pointer: string): Shape {
  const found = valueAt(schema, pointer);
  return isShape(found) ? found : {};
}

/** The engine's own schema is what it says it is. */
function isShape(value: unknown): value is Shape {
  return isObject(value);
}

function ofKind(
  { propertyName, mapping }: NonNullable<Shape["discriminator"]>,
  value: unknown,
  pointer: string,
): Fault[] {
  if (!isObject(value)) return [misshapen("wrong_type", pointer, `${nameOf(pointer)} has to be an object.`)];
  const kind = value[propertyName];
  if (kind === undefined) return [missing(pointer, propertyName)];
  const reference = typeof kind === "string" && Object.hasOwn(mapping, kind) ? mapping[kind] : undefined;
  if (reference === undefined)
    return [misshapen("unknown_type", `${pointer}/${propertyName}`, `There is no type ${JSON.stringify(kind)} here.`)];
  return faultsOf({ $ref: reference }, value, pointer);
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  array: "a list",
  object: "an object",
};

function isOfType({ type }: Shape, value: unknown): boolean {
  if (type === undefined) return true;
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  return type === "object" ? isObject(value) : typeof value === type;
}

function ofText(shape: Shape, value: string, pointer: string): Fault[] {
  const length = [...value].length;
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value)) {
    if (value === "")
      return [
        fault(
          shape.pattern === ID_PATTERN ? "wrong_id" : "wrong_value",
          pointer,
          `${nameOf(pointer)} is not chosen yet.`,
        ),
      ];
    return [
      fault(
        shape.pattern === ID_PATTERN ? "wrong_id" : "wrong_value",
        pointer,
        `${JSON.stringify(value)} is not ${shape.pattern === ID_PATTERN ? "an id" : "what stands here"}.`,
      ),
    ];
  }
  if (shape.format === "date-time" && !(INSTANT.test(value) && !Number.isNaN(Date.parse(value))))
    return [wrong(pointer, "is not an instant with an offset.")];
  if (length < (shape.minLength ?? 0)) return [wrong(pointer, "is empty.")];
  return length > (shape.maxLength ?? length) ? [wrong(pointer, `has more than ${shape.maxLength} characters.`)] : [];
}

function ofNumber(shape: Shape, value: number, pointer: string): Fault[] {
  if (value <= (shape.gt ?? -Infinity)) return [wrong(pointer, `has to be more than ${shape.gt}.`)];
  if (value >= (shape.lt ?? Infinity)) return [wrong(pointer, `has to be less than ${shape.lt}.`)];
  if (value < (shape.minimum ?? -Infinity)) return [wrong(pointer, `has to be at least ${shape.minimum}.`)];
  const most = shape.maximum ?? shape.le ?? Infinity;
  return value > most ? [wrong(pointer, `has to be at most ${most}.`)] : [];
}

function ofList(shape: Shape, value: readonly unknown[], pointer: string): Fault[] {
  if (value.length < (shape.minItems ?? 0)) return [wrong(pointer, `needs at least ${shape.minItems}.`)];
  if (value.length > (shape.maxItems ?? value.length)) return [wrong(pointer, `takes at most ${shape.maxItems}.`)];
  return value.flatMap((element, place) => faultsOf(shape.items ?? {}, element, `${pointer}/${place}`));
}

function ofFields(shape: Shape, value: JsonObject, pointer: string): Fault[] {
  const absent = (shape.required ?? []).filter((name) => !Object.hasOwn(value, name));
  const found = Object.entries(value).flatMap(([name, inner]) => {
    const own = shape.properties?.[name];
    if (own !== undefined) return faultsOf(own, inner, `${pointer}/${name}`);
    const patterns = Object.keys(shape.patternProperties ?? {});
    const isKept = shape.properties === undefined || patterns.some((pattern) => new RegExp(pattern).test(name));
    return isKept ? [] : [misshapen("unknown_field", `${pointer}/${name}`, `There is no field \`${name}\` here.`)];
  });
  // Of some fields, such as those of a wait, there has to be exactly one.
  const ways = (shape.oneOf ?? []).flatMap((each) => each.required ?? []);
  const given = ways.filter((name) => Object.hasOwn(value, name));
  const choice =
    ways.length > 0 && given.length !== 1
      ? [fault("wrong_value", pointer, `It says exactly one of ${ways.join(", ")}.`)]
      : [];
  return [...absent.map((name) => missing(pointer, name)), ...found, ...choice];
}

function missing(pointer: string, name: string): Fault {
  return misshapen("missing_field", `${pointer}/${name}`, `\`${name}\` is missing.`);
}

function wrong(pointer: string, said: string): Fault {
  return fault("wrong_value", pointer, `${nameOf(pointer)} ${said}`);
}

function fault(code: string, pointer: string, message: string): Fault {
  return { code, pointer, message };
}

function misshapen(code: string, pointer: string, message: string): Fault {
  return { code, pointer, message, isOfOtherShape: true };
}

function nameOf(pointer: string): string {
  return `\`${pointer.split("/").findLast((part) => !/^\d*$/.test(part)) ?? "document"}\``;
}
