import { expect, test } from "vitest";
import { paintsOf } from "./painting";

const difference = (kind: string, pointer: string, step_id: string | null) => ({ kind, pointer, step_id });

test("a branch that comes or goes changes its step; a step that comes or goes is that", () => {
  const paints = paintsOf([
    difference("added", "/steps/plan/branches/1", "plan"),
    difference("added", "/steps/news", "news"),
    difference("removed", "/steps/old", "old"),
    difference("changed", "/name", null),
  ]);
  expect([...paints]).toEqual([
    ["plan", "changed"],
    ["news", "added"],
    ["old", "removed"],
  ]);
});
