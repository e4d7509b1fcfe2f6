import { expect, test } from "vitest";
import type { Condition } from "../../journey/journey.gen";
import { denied, isGroup, joined, modeOf, seen, simplified, withMode, withName, withOperator, withPart } from "./edits";

const plan: Condition = { type: "attribute", name: "plan", op: "is", value: "pro" };
const ordered: Condition = { type: "event", event: "ordered" };

test("a denied group is one of four modes", () => {
  const group = joined(plan, ordered);
  expect(group).toEqual({ type: "all", conditions: [plan, ordered] });
  if (!isGroup(group)) throw new Error("no group");
  for (const mode of ["all", "any", "none", "not_all"] as const) {
    const { isNot, inner } = seen(withMode(group, mode));
    expect(isGroup(inner) && modeOf(inner, isNot)).toBe(mode);
  }
});

test("a group takes one more in, and loses one", () => {
  const group = joined(joined(plan, ordered), plan);
  expect(isGroup(group) && withPart(group, 1, null)).toEqual({ type: "all", conditions: [plan, plan] });
  expect(withPart({ type: "any", conditions: [plan] }, 0, null)).toBeNull();
});

test("a group of one is that one", () => {
  expect(simplified({ type: "any", conditions: [plan] })).toBe(plan);
  expect(simplified({ type: "not", condition: { type: "any", conditions: [plan] } })).toEqual(denied(plan, true));
  expect(simplified(plan)).toBe(plan);
});

test("another operator keeps the value where it fits", () => {
  expect(withOperator({ ...plan, op: "is", value: "pro" }, "in", "text").value).toEqual(["pro"]);
  expect(withOperator({ ...plan, op: "in", value: ["pro", "max"] }, "is", "text").value).toBe("pro");
  expect(withOperator({ ...plan, op: "is", value: 7 }, "at_least", "number").value).toBe(7);
  expect(withOperator({ ...plan, op: "is", value: "pro" }, "within_last", "date").value).toBe("P7D");
  expect("value" in withOperator({ ...plan, op: "is", value: "pro" }, "exists", null)).toBe(false);
});

test("another attribute takes an operator that its type knows", () => {
  expect(withName({ ...plan, op: "in", value: ["x"] }, "vip", "boolean")).toMatchObject({ op: "is", value: true });
  expect(withName({ ...plan, op: "contains", value: "x" }, "age", "number")).toMatchObject({ op: "is", value: 0 });
  expect(withName({ ...plan, op: "is", value: "x" }, "born_on", "date")).toMatchObject({ op: "before", value: "" });
});
