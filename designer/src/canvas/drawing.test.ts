import { expect, test } from "vitest";
import { changeStep } from "../journey/edits";
import { thousandSteps } from "../journey/random.testing";
import { cardsOf, layoutOf } from "./drawing";

test("only the card of the step that changed is another object", () => {
  const journey = thousandSteps();
  const before = cardsOf(journey, layoutOf(journey));
  const [id] = Object.keys(journey.steps);
  const step = id === undefined ? undefined : journey.steps[id];
  if (id === undefined || step === undefined) throw new Error("a journey without steps");

  const { journey: edited } = changeStep(journey, id, { ...step, name: "Another" });

  const kept = new Set(before);
  expect(
    cardsOf(edited, layoutOf(edited))
      .filter((card) => !kept.has(card))
      .map((card) => card.id),
  ).toEqual([id]);
});
