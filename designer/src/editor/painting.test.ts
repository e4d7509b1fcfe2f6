import { expect, test } from "vitest";
import type { Difference } from "../journey/diff";
import { paintsOf } from "./painting";

const difference = (kind: Difference["kind"], stepId: string | null) => ({ kind, pointer: "", stepId, message: "" });

test("a step that comes or goes is that; whatever else happens to one is a change", () => {
  const paints = paintsOf([
    difference("moved", "plan"),
    difference("added", "news"),
    difference("removed", "old"),
    difference("changed", null),
  ]);
  expect([...paints]).toEqual([
    ["plan", "changed"],
    ["news", "added"],
    ["old", "removed"],
  ]);
});
