import { expect, test } from "vitest";
import { elapsedOf, sayElapsed } from "./elapsed";
import type { Journey } from "./journey.gen";

const EMAIL = { type: "email", template: "welcome" } as const;

const JOURNEY: Journey = {
  format: 1,
  name: "x",
  entry: { type: "api" },
  start: "greet",
  steps: {
    greet: { ...EMAIL, next: "day" },
    day: { type: "wait", for: "P1D", next: "ask" },
    ask: {
      type: "split",
      branches: [{ id: "slow", when: { type: "event", event: "x" }, next: "longer" }],
      else: { next: "join" },
    },
    longer: { type: "wait", for: "PT26H", next: "join" },
    join: { ...EMAIL, next: "trial" },
    trial: { type: "wait", until_attribute: { name: "trial_end", missing: { next: "none" } }, next: "late" },
    none: EMAIL,
    late: EMAIL,
  },
};

test("each step says how long after the beginning people get there", () => {
  const said = Object.fromEntries([...elapsedOf(JOURNEY)].map(([id, elapsed]) => [id, sayElapsed(elapsed)]));

  expect(said).toEqual({
    greet: "",
    day: "",
    ask: "+1 d",
    longer: "+1 d",
    join: "+1 d – 2 d 2 h",
    trial: "+1 d – 2 d 2 h",
    none: "+1 d – 2 d 2 h",
    late: "≥ 1 d",
  });
});

test("a circle in a draft does not count for ever", () => {
  const circle: Journey = { ...JOURNEY, steps: { ...JOURNEY.steps, late: { ...EMAIL, next: "greet" } } };

  expect(elapsedOf(circle).size).toBe(8);
});
