import { expect, test } from "vitest";
import type { ProblemShape } from "../api/api.gen";
import type { Journey } from "./journey.gen";
import { remedyOf } from "./remedies";

const JOURNEY: Journey = {
  format: 1,
  name: "Test",
  entry: { type: "api" },
  start: "greet",
  steps: {
    greet: { type: "email", template: "welcome", next: "test" },
    test: {
      type: "ab_test",
      branches: [
        { id: "a", name: "A", weight: 50 },
        { id: "a", name: "B", weight: 25, next: "nowhere" },
      ],
    },
    lost: { type: "wait", for: "P1D", next: "lost_too" },
    lost_too: { type: "email", template: "welcome" },
  },
};

function cured(code: string, pointer: string, stepId: string | null, journey = JOURNEY): Journey | undefined {
  const problem: ProblemShape = { code, pointer, step_id: stepId, message: "", hint: "", severity: "error" };
  return remedyOf(problem, journey)?.change(journey).journey;
}

test("a way to nowhere ends", () => {
  const step = cured("unknown_step", "/steps/test/branches/1/next", "test")?.steps.test;
  expect(step).toEqual({
    type: "ab_test",
    branches: [
      { id: "a", name: "A", weight: 50 },
      { id: "a", name: "B", weight: 25 },
    ],
  });
});

test("weights keep their proportion and sum to 100", () => {
  const step = cured("weights_not_100", "/steps/test/branches", "test")?.steps.test;
  expect(step?.type === "ab_test" && step.branches.map(({ weight }) => weight)).toEqual([67, 33]);
});

test("a lost step goes with what only it leads to", () => {
  expect(Object.keys(cured("unreachable_step", "/steps/lost", "lost")?.steps ?? {})).toEqual(["greet", "test"]);
});

test("a branch gets an id of its own", () => {
  const step = cured("duplicate_branch_id", "/steps/test/branches/1/id", "test")?.steps.test;
  expect(step?.type === "ab_test" && step.branches.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("the start is certain where one step has nothing before it", () => {
  const { lost, lost_too, ...steps } = JOURNEY.steps;
  expect(lost && lost_too).toBeDefined();
  expect(cured("unknown_start", "/start", null, { ...JOURNEY, start: "gone", steps })?.start).toBe("greet");
  expect(cured("unknown_start", "/start", null, { ...JOURNEY, start: "gone" })).toBeUndefined();
});

test("what only the author can know has no remedy", () => {
  expect(cured("unknown_template", "/steps/greet/template", "greet")).toBeUndefined();
  expect(cured("unknown_step", "/steps/greet/next", "gone", { ...JOURNEY, steps: {} })).toBeUndefined();
});
