import { expect, test } from "vitest";
import type { Step } from "./journey.gen";
import { titleOf } from "./titles";

const STEP: Step = { type: "email", template: "welcome" };

test.each([
  ["first_recipe", "First recipe"],
  ["email_2", "Email 2"],
  ["ab_test", "A/B test"],
  ["ab_test_2", "A/B test 2"],
])("a step without a name is called by its id in words: %s is %s", (id, title) => {
  expect(titleOf(id, STEP)).toBe(title);
});

test("a name comes before the id", () => {
  expect(titleOf("email", { ...STEP, name: "Greet" })).toBe("Greet");
});
