/** How long a journey of 1,000 steps takes: `npx vitest bench`. The budget of the layout is 20 ms. */
import { bench, describe } from "vitest";
import { insertStep, newId } from "./edits";
import { formatJourney } from "./format";
import type { Journey } from "./journey.gen";
import { layOut } from "./layout";
import { findProblems } from "./problems";
import { thousandSteps } from "./random.testing";
import { isJourney } from "./shape";

const JOURNEY = thousandSteps();

/** What is kept by journey is found anew for a copy. */
function copy(): Journey {
  return { ...JOURNEY };
}

describe("1,000 steps", () => {
  bench("layout", () => void layOut(copy()));
  bench("insert a step", () => void insertStep(copy(), "/start", newId(JOURNEY, "New"), { type: "wait", for: "P1D" }));
  bench("find problems", () => void findProblems(copy()));
  bench("format", () => void formatJourney(JOURNEY));
  bench("is drawable", () => void isJourney(JOURNEY));
});
