import { expect, test } from "vitest";
import { blankCondition, type ConditionType, sayCondition } from "./conditions";
import type { Condition, Journey } from "./journey.gen";
import { isJourney } from "./shape";

const PRO: Condition = { type: "attribute", name: "plan", op: "is", value: "pro" };

test.each<[Condition, string]>([
  [PRO, "plan is pro"],
  [{ ...PRO, type: "user_attribute" }, "user’s plan is pro"],
  [{ type: "context", name: "lines", op: "in", value: ["a", 1, true] }, "context’s lines is one of a, 1, yes"],
  [{ type: "attribute", name: "trial_end", op: "within_next", value: "P7D" }, "trial_end is within the next 1 week"],
  [{ type: "attribute", name: "email", op: "exists" }, "email is known"],
  [{ type: "event", event: "ordered", count: 2, within: "P30D" }, "event ordered 2 times within 30 days"],
  [
    { type: "event", event: "ordered", where: { type: "event_attribute", name: "total", op: "at_least", value: 20 } },
    "event ordered since enrolled where event’s total is at least 20",
  ],
  [{ type: "message", step: "greet", outcome: "failed" }, "email greet failed"],
  [
    { type: "not", condition: { type: "all", conditions: [PRO, { ...PRO, value: "team" }] } },
    "not (plan is pro and plan is team)",
  ],
  [{ type: "any", conditions: [PRO, { type: "all", conditions: [PRO] }] }, "plan is pro or plan is pro"],
  [{ type: "attribute", name: "", op: "is", value: "" }, "… is …"],
])("%j is said as %s", (condition, said) => {
  expect(sayCondition(condition)).toBe(said);
});

const TYPES: readonly ConditionType[] = [
  "all",
  "any",
  "not",
  "attribute",
  "user_attribute",
  "context",
  "event_attribute",
  "event",
  "message",
];

test.each(TYPES)("a new condition of type %s can be drawn", (type) => {
  const journey: Journey = {
    format: 1,
    name: "x",
    entry: { type: "api" },
    exit_when: blankCondition(type),
    start: "a",
    steps: {},
  };

  expect(isJourney(journey)).toBe(true);
  expect(sayCondition(blankCondition(type))).not.toContain("undefined");
});
