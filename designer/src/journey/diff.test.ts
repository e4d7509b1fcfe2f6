import fc from "fast-check";
import { expect, test } from "vitest";
import { diffJourneys } from "./diff";
import { changeJourney, changeStep, insertStep, removeStep, renameStep, setNext } from "./edits";
import { removeBranch, swapBranches } from "./edits/branches";
import type { Journey } from "./journey.gen";
import { journeys } from "./random.testing";
import { isSame } from "./values";

const EMAIL = { type: "email", template: "welcome" } as const;
const JOURNEY: Journey = {
  format: 1,
  name: "Series",
  entry: { type: "api" },
  start: "greet",
  steps: {
    greet: { ...EMAIL, name: "Welcome", next: "settle" },
    settle: { type: "wait", for: "P2D", next: "plan" },
    plan: {
      type: "split",
      branches: [
        { id: "pro", name: "Pro", when: { type: "attribute", name: "plan", op: "is", value: "pro" }, next: "thanks" },
      ],
      else: { next: "offer" },
    },
    offer: {
      type: "ab_test",
      branches: [
        { id: "a", weight: 50, next: "thanks" },
        { id: "b", weight: 50 },
      ],
    },
    thanks: EMAIL,
  },
};

function messages(next: Journey): string[] {
  return diffJourneys(JOURNEY, next).map(({ kind, message }) => `${kind}: ${message}`);
}

test("an inserted step is told once, with its place", () => {
  const { journey } = insertStep(JOURNEY, "/steps/greet/next", "pause", { type: "wait", for: "P1D" });

  expect(messages(journey)).toEqual(["added: “Pause” added after “Welcome”"]);
});

test("a removed step is told once", () => {
  expect(messages(removeStep(JOURNEY, "greet").journey)).toEqual(["removed: “Welcome” removed"]);
});

test("fields are told as people say them", () => {
  const renamed = changeStep(JOURNEY, "greet", { ...EMAIL, name: "Hello", template: "hello", next: "settle" }).journey;
  const longer = changeStep(renamed, "settle", { type: "wait", for: "P1W", next: "plan" }).journey;
  const left = changeJourney(longer, { name: "New", exit_when: { type: "event", event: "left" } }).journey;

  expect(messages(left)).toEqual([
    "changed: name Series → New",
    "changed: exit when set to event left since enrolled",
    "changed: “Hello”: name Welcome → Hello",
    "changed: “Hello”: template welcome → hello",
    "changed: “Settle”: for 2 days → 1 week",
  ]);
});

test("how people come in is told as a whole", () => {
  const where = { type: "event_attribute", name: "total", op: "at_least", value: 20 } as const;
  const byEvent = changeJourney(JOURNEY, {
    entry: { type: "event", event: "ordered", where },
    re_entry: { type: "after", after: "P30D" },
  });

  expect(messages(byEvent.journey)).toEqual([
    "changed: entry api → event ordered where event’s total is at least 20",
    "changed: re entry set to after 30 days",
  ]);
});

test("ways that lead elsewhere are moved", () => {
  expect(messages(setNext(JOURNEY, "/steps/offer/branches/1/next", "thanks").journey)).toEqual([
    "moved: “Offer” “b” goes on to “Thanks” instead of ending",
  ]);
  expect(messages(swapBranches(JOURNEY, "plan").journey)).toHaveLength(2);
});

test("a step with another id is the same step", () => {
  expect(messages(renameStep(JOURNEY, "settle", "two_days").journey)).toEqual([
    "changed: “Two days”: id settle → two_days",
  ]);
});

test("branches are known by their ids", () => {
  const three = changeStep(JOURNEY, "offer", {
    type: "ab_test",
    branches: [
      { id: "c", weight: 20 },
      { id: "b", weight: 30 },
      { id: "a", weight: 50, next: "thanks" },
    ],
  });

  expect(messages(three.journey)).toEqual([
    "changed: “Offer”: branch “c” added",
    "changed: “Offer”: branch “b” weight 50 → 30",
    "moved: “Offer”: the branches are in another order",
  ]);
  expect(
    diffJourneys(three.journey, removeBranch(three.journey, "/steps/offer/branches/0/next").journey)[0]?.kind,
  ).toBe("changed");
});

test("the same journey does not differ, and any other does", () => {
  fc.assert(
    fc.property(journeys(8), journeys(8), (one, other) => {
      expect(diffJourneys(one, structuredClone(one))).toEqual([]);
      expect(diffJourneys(one, other).length === 0).toBe(isSame(one, other));
    }),
  );
});
