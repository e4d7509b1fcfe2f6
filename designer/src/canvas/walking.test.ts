import fc from "fast-check";
import { expect, test } from "vitest";
import type { Journey } from "../journey/journey.gen";
import { journeys } from "../journey/random.testing";
import { order } from "../journey/tree";
import { type Direction, focusOf, type Spot, walk } from "./walking";

const PLANS: Journey = {
  format: 1,
  name: "Plans",
  entry: { type: "api" },
  start: "greet",
  steps: {
    greet: { type: "email", template: "greet", next: "choose" },
    choose: {
      type: "ab_test",
      branches: [
        { id: "a", weight: 40, next: "mail" },
        { id: "b", weight: 30 },
        { id: "c", weight: 30, next: "offer" },
      ],
    },
    mail: { type: "email", template: "mail", next: "more" },
    more: { type: "email", template: "more" },
    offer: { type: "email", template: "offer" },
  },
};

function go(from: Spot, ...directions: Direction[]): Spot | null {
  return directions.reduce<Spot | null>((spot, direction) => spot && walk(PLANS, spot, direction), from);
}

test("down and up follow the journey", () => {
  expect(go({ step: "greet" }, "down")).toEqual({ step: "choose" });
  expect(go({ step: "greet" }, "down", "down", "down")).toEqual({ step: "more" });
  expect(go({ step: "more" }, "up", "up", "up")).toEqual({ step: "greet" });
  expect(go({ step: "greet" }, "up")).toBeNull();
});

test("sideways leads to the neighbouring branch, and to the plus of one that ends", () => {
  expect(go({ step: "mail" }, "right")).toEqual({ way: "/steps/choose/branches/1/next" });
  expect(go({ step: "mail" }, "right", "right")).toEqual({ step: "offer" });
  expect(go({ step: "more" }, "right", "left")).toEqual({ step: "mail" });
  expect(go({ step: "offer" }, "right")).toBeNull();
});

test("Home and End lead to the first step and to where the path ends", () => {
  expect(go({ step: "more" }, "first")).toEqual({ step: "greet" });
  expect(go({ step: "greet" }, "last")).toEqual({ way: "/steps/more/next" });
});

test("the fine walk stops at every plus", () => {
  expect(walk(PLANS, { step: "greet" }, "down", true)).toEqual({ way: "/steps/greet/next" });
  expect(walk(PLANS, { way: "/steps/greet/next" }, "down", true)).toEqual({ step: "choose" });
  expect(walk(PLANS, { step: "mail" }, "up", true)).toEqual({ way: "/steps/choose/branches/0/next" });
});

test("without a selection the first card has the focus", () => {
  expect(focusOf(PLANS, { steps: [], way: null })).toEqual({ step: "greet" });
  expect(focusOf(PLANS, { steps: ["greet", "offer"], way: null })).toEqual({ step: "offer" });
  expect(focusOf(PLANS, { steps: ["gone"], way: null })).toEqual({ step: "greet" });
});

test("up leads back to the start from every step to which a way leads", () => {
  fc.assert(
    fc.property(journeys(), (journey) => {
      for (const id of order(journey)) {
        let spot: Spot | null = { step: id };
        for (let count = 0; spot !== null && count <= Object.keys(journey.steps).length; count += 1)
          spot = walk(journey, spot, "up");
        expect(spot).toBeNull();
      }
    }),
  );
});
