/** Conditions in words, and new ones. Knows the condition language; decides nothing. */
import schema from "../../../journeys/journey.schema.json";
import { sayDuration } from "./durations";
import type { Condition, MessageCondition } from "./journey.gen";
import { isObject } from "./values";

export type ConditionType = Condition["type"];
export type Operator = Extract<Condition, { op: string }>["op"];

/** Every type of condition, as the schema lists them. */
export const CONDITION_TYPES: readonly string[] = Object.keys(schema.$defs.Condition.discriminator.mapping);

/** Whose attribute is asked. */
const WHOSE = { attribute: "", user_attribute: "user’s ", context: "context’s ", event_attribute: "event’s " } as const;

/** Operators between the name and the value. */
export const OPERATORS: Readonly<Record<Operator, string>> = {
  is: "is",
  in: "is one of",
  contains: "contains",
  starts_with: "starts with",
  ends_with: "ends with",
  greater_than: "is more than",
  at_least: "is at least",
  less_than: "is less than",
  at_most: "is at most",
  before: "is before",
  after: "is after",
  on: "is on",
  within_last: "was within the last",
  within_next: "is within the next",
  exists: "is known",
};

const OUTCOMES: Readonly<Record<MessageCondition["outcome"], string>> = {
  accepted: "was accepted",
  failed: "failed",
  suppressed: "was suppressed",
  unsubscribed: "led to an unsubscribe",
};

/** Say a condition: "plan is pro", "ordered since enrolled and not (country is one of DE, AT)". */
export function sayCondition(condition: Condition): string {
  switch (condition.type) {
    case "all":
    case "any":
      return condition.conditions.map(inside).join(condition.type === "all" ? " and " : " or ") || "nothing yet";
    case "not":
      return `not ${inside(condition.condition)}`;
    case "event":
      return sayEvent(condition);
    case "message":
      return `email ${condition.step || "…"} ${OUTCOMES[condition.outcome] ?? condition.outcome}`;
    default: {
      const value = condition.op === "exists" ? "" : ` ${sayOperand(condition.op, condition.value)}`;
      return `${WHOSE[condition.type]}${condition.name || "…"} ${OPERATORS[condition.op] ?? condition.op}${value}`;
    }
  }
}

function inside(condition: Condition): string {
  const isJoined = (condition.type === "all" || condition.type === "any") && condition.conditions.length > 1;
  return isJoined ? `(${sayCondition(condition)})` : sayCondition(condition);
}

function sayEvent(condition: Extract<Condition, { type: "event" }>): string {
  const count = condition.count ?? 1;
  const times = count === 1 ? "" : ` ${count} times`;
  const window = condition.within === undefined ? "since enrolled" : `within ${sayDuration(condition.within)}`;
  const where = condition.where === undefined ? "" : ` where ${inside(condition.where)}`;
  return `event ${condition.event || "…"}${times} ${window}${where}`;
}

function sayOperand(op: Operator, value: unknown): string {
  const isDuration = op === "within_last" || op === "within_next";
  return isDuration && typeof value === "string" ? sayDuration(value) : sayValue(value);
}

/** Say a plain value: "pro", "DE, AT", "yes". */
export function sayValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(sayValue).join(", ") || "…";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === undefined || value === null || value === "") return "…";
  return isObject(value) ? JSON.stringify(value) : String(value);
}

/** A new condition of this type, with nothing said yet. */
export function blankCondition(type: ConditionType): Condition {
  switch (type) {
    case "all":
    case "any":
      return { type, conditions: [blankCondition("attribute")] };
    case "not":
      return { type, condition: blankCondition("attribute") };
    case "event":
      return { type, event: "" };
    case "message":
      return { type, step: "", outcome: "accepted" };
    default:
      return { type, name: "", op: "is", value: "" };
  }
}
