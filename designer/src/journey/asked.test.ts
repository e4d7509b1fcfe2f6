import { expect, test } from "vitest";
import { askedBy } from "./asked";
import type { Journey } from "./journey.gen";

test("everything that is asked of people is found, once", () => {
  const journey: Journey = {
    format: 1,
    name: "Demo",
    entry: { type: "api" },
    exit_when: { type: "event", event: "left", since: "enrolled" },
    start: "plan",
    steps: {
      plan: {
        type: "split",
        branches: [
          {
            id: "a",
            when: {
              type: "all",
              conditions: [
                { type: "attribute", name: "plan", op: "is", value: "pro" },
                { type: "not", condition: { type: "context", name: "order", op: "exists" } },
                { type: "event", event: "left", since: "enrolled" },
              ],
            },
          },
        ],
        else: { next: "date" },
      },
      date: { type: "wait", until_attribute: { name: "trial_ends", missing: {} } },
    },
  };
  expect(askedBy(journey)).toEqual({ attributes: ["plan", "trial_ends"], context: ["order"], events: ["left"] });
});
