/** Changes of conditions: pure. A group, its denial and a leaf's denial are seen as one thing each, though the document nests them. */
import { blankCondition, type ConditionType, type Operator } from "../../journey/conditions";
import type { Condition } from "../../journey/journey.gen";
import { readNumber } from "../../journey/numbers";
import { patched } from "../../steps/patched";

export type Comparison = Extract<Condition, { op: string }>;
export type Leaf = Exclude<Condition, { type: "all" | "any" | "not" }>;
type Group = Extract<Condition, { type: "all" | "any" }>;

/** How a group joins its conditions: `none` is the denial of `any`, `not_all` that of `all`. */
export type Mode = "all" | "any" | "none" | "not_all";

export interface Seen {
  isNot: boolean;
  inner: Condition;
}

/** A condition without its denial. A denial that denies a denial stays inside. */
export function seen(condition: Condition): Seen {
  return condition.type === "not" ? { isNot: true, inner: condition.condition } : { isNot: false, inner: condition };
}

export function denied(condition: Condition, isNot: boolean): Condition {
  return isNot ? { type: "not", condition } : condition;
}

export function isGroup(condition: Condition): condition is Group {
  return condition.type === "all" || condition.type === "any";
}

export function isLeaf(condition: Condition): condition is Leaf {
  return !isGroup(condition) && condition.type !== "not";
}

export function modeOf(group: Group, isNot: boolean): Mode {
  if (isNot) return group.type === "any" ? "none" : "not_all";
  return group.type;
}

export function withMode(group: Group, mode: Mode): Condition {
  const type = mode === "any" || mode === "none" ? "any" : "all";
  return denied({ ...group, type }, mode === "none" || mode === "not_all");
}

/** A group with one part changed; null takes it out, and the last one takes the group along. */
export function withPart(group: Group, at: number, part: Condition | null): Group | null {
  const conditions = group.conditions.flatMap((each, place) => (place === at ? (part === null ? [] : [part]) : [each]));
  return conditions.length === 0 ? null : { ...group, conditions };
}

/** A group that joins nothing is its only part. */
export function simplified(condition: Condition): Condition {
  const { isNot, inner } = seen(condition);
  const [only, second] = isGroup(inner) ? inner.conditions : [];
  return only !== undefined && second === undefined && !(isNot && only.type === "not")
    ? denied(only, isNot)
    : condition;
}

/** The condition and one more: a group takes it in, anything else is joined with it by `all`. */
export function joined(condition: Condition, part: Condition): Condition {
  return condition.type === "all" || condition.type === "any"
    ? { ...condition, conditions: [...condition.conditions, part] }
    : { type: "all", conditions: [condition, part] };
}

/** What an operator compares with. */
export type Operand = "scalar" | "list" | "text" | "number" | "date" | "duration" | "nothing";
export type ValueType = "text" | "number" | "boolean" | "date";

/** As in docs/conditions.md: what an operator wants, and of which types an attribute can match. */
const TABLE: Readonly<Record<Operator, { operand: Operand; types: readonly ValueType[] }>> = {
  is: { operand: "scalar", types: ["text", "number", "boolean"] },
  // Of yes and no, one of several says nothing.
  in: { operand: "list", types: ["text", "number"] },
  contains: { operand: "text", types: ["text"] },
  starts_with: { operand: "text", types: ["text"] },
  ends_with: { operand: "text", types: ["text"] },
  greater_than: { operand: "number", types: ["number"] },
  at_least: { operand: "number", types: ["number"] },
  less_than: { operand: "number", types: ["number"] },
  at_most: { operand: "number", types: ["number"] },
  before: { operand: "date", types: ["date"] },
  after: { operand: "date", types: ["date"] },
  on: { operand: "date", types: ["date"] },
  within_last: { operand: "duration", types: ["date"] },
  within_next: { operand: "duration", types: ["date"] },
  exists: { operand: "nothing", types: ["text", "number", "boolean", "date"] },
};

const OPERATORS: readonly Operator[] = [
  "is",
  "in",
  "contains",
  "starts_with",
  "ends_with",
  "greater_than",
  "at_least",
  "less_than",
  "at_most",
  "before",
  "after",
  "on",
  "within_last",
  "within_next",
  "exists",
];

/** Those that make sense for a type; all of them where it is not known. */
export function operatorsFor(type: ValueType | null): readonly Operator[] {
  return type === null ? OPERATORS : OPERATORS.filter((op) => TABLE[op].types.includes(type));
}

export function operandOf(op: Operator): Operand {
  return TABLE[op].operand;
}

/** A comparison by another operator: its value stays where it fits. */
export function withOperator(condition: Comparison, op: Operator, type: ValueType | null): Comparison {
  return patched(condition, { op, value: fitting(operandOf(op), condition.value, type) });
}

/** A comparison of another attribute: operator and value stay where they fit what is known of it. */
export function withName(condition: Comparison, name: string, type: ValueType | null): Comparison {
  const fits = type === null || operatorsFor(type).includes(condition.op);
  const op = fits ? condition.op : (operatorsFor(type)[0] ?? "exists");
  return withOperator(patched(condition, { name }), op, type);
}

function fitting(operand: Operand, value: unknown, type: ValueType | null): unknown {
  const plain = Array.isArray(value) ? value[0] : value;
  switch (operand) {
    case "nothing":
      return undefined;
    case "list":
      return Array.isArray(value) ? value : plain === undefined || plain === "" ? [] : [plain];
    case "number":
      return typeof plain === "number" ? plain : 1;
    case "duration":
      return typeof plain === "string" && plain.startsWith("P") ? plain : "P7D";
    case "date":
      return typeof plain === "string" && /^\d{4}-\d\d-\d\d/.test(plain) ? plain : "";
    case "text":
      return typeof plain === "string" ? plain : "";
    case "scalar":
      return asType(plain, type);
  }
}

/** A plain value as one of a type. */
export function asType(value: unknown, type: ValueType | null): string | number | boolean {
  if (type === "number") return typeof value === "number" ? value : (readNumber(String(value)) ?? 0);
  if (type === "boolean") return typeof value === "boolean" ? value : true;
  if (type === null && (typeof value === "number" || typeof value === "boolean")) return value;
  return typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
}

/** What is asked instead: between attributes name, operator and value stay. */
export function withSubject(condition: Leaf, type: ConditionType): Condition {
  const blank = blankCondition(type);
  return isComparison(condition) && isComparison(blank) ? { ...condition, type: blank.type } : blank;
}

export function isComparison(condition: Condition): condition is Comparison {
  return "op" in condition;
}
