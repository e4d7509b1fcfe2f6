import fc from "fast-check";
import { expect, test } from "vitest";
import { changeJourney, changeStep, insertStep, newId, removeStep, setNext } from "./edits";
import type { Journey } from "./journey.gen";
import { mergeJourneys, type Side } from "./merge";
import { journeys } from "./random.testing";
import { isJourney } from "./shape";
import { isCircular } from "./tree";
import { valueAt } from "./values";
import { allWays } from "./ways";

const EMAIL = { type: "email", template: "welcome" } as const;
const BASE: Journey = {
  format: 1,
  name: "Series",
  entry: { type: "api" },
  start: "a",
  steps: {
    a: { ...EMAIL, next: "test" },
    test: {
      type: "ab_test",
      branches: [
        { id: "x", weight: 50, next: "b" },
        { id: "y", weight: 50, next: "c" },
      ],
    },
    b: { ...EMAIL, next: "c" },
    c: EMAIL,
  },
};

test("what only one side changed is taken, field by field and branch by branch", () => {
  const mine = changeStep(changeJourney(BASE, { name: "Mine" }).journey, "a", {
    ...EMAIL,
    name: "Mine",
    next: "test",
  }).journey;
  const theirs = setNext(
    changeStep(changeJourney(BASE, { note: "Theirs" }).journey, "a", { ...EMAIL, template: "theirs", next: "test" })
      .journey,
    "/steps/test/branches/1/next",
    null,
  ).journey;

  const { journey, conflicts } = mergeJourneys(BASE, mine, theirs);

  expect(conflicts).toEqual([]);
  expect(journey).toMatchObject({
    name: "Mine",
    note: "Theirs",
    steps: {
      a: { name: "Mine", template: "theirs", next: "test" },
      test: { branches: [{ next: "b" }, { id: "y", weight: 50 }] },
    },
  });
});

test("steps that each side inserted at another place are both there", () => {
  const mine = insertStep(BASE, "/start", "first", EMAIL).journey;
  const theirs = insertStep(BASE, "/steps/c/next", "last", EMAIL).journey;

  expect(mergeJourneys(BASE, mine, theirs)).toMatchObject({
    conflicts: [],
    journey: { start: "first", steps: { first: { next: "a" }, c: { next: "last" } } },
  });
});

test("two steps put at the same place are a choice, and the other is gone with it", () => {
  const mine = insertStep(BASE, "/steps/a/next", "mine", EMAIL).journey;
  const theirs = insertStep(BASE, "/steps/a/next", "theirs", EMAIL).journey;

  expect(mergeJourneys(BASE, mine, theirs).conflicts).toMatchObject([{ stepId: "a" }]);
  expect(mergeJourneys(BASE, mine, theirs).journey).toEqual(mine);
  expect(mergeJourneys(BASE, mine, theirs, () => "theirs").journey).toEqual(theirs);
});

test("the same field changed by both is a choice, told in words", () => {
  const mine = changeStep(BASE, "b", { ...EMAIL, template: "mine", next: "c" }).journey;
  const theirs = changeStep(BASE, "b", { ...EMAIL, template: "theirs", next: "c" }).journey;

  expect(mergeJourneys(BASE, mine, theirs).conflicts).toEqual([
    {
      pointer: "/steps/b",
      stepId: "b",
      title: "“B”",
      mine: ["“B”: template welcome → mine"],
      theirs: ["“B”: template welcome → theirs"],
    },
  ]);
  expect(mergeJourneys(BASE, mine, theirs).journey).toEqual(mine);
  expect(mergeJourneys(BASE, mine, theirs, () => "theirs").journey).toEqual(theirs);
});

test("a step that one side removed and the other changed is a choice", () => {
  const mine = removeStep(BASE, "b").journey;
  const theirs = changeStep(BASE, "b", { ...EMAIL, template: "theirs", next: "c" }).journey;

  expect(mergeJourneys(BASE, mine, theirs).conflicts).toMatchObject([{ stepId: "b", mine: ["“B” removed"] }]);
  expect(mergeJourneys(BASE, mine, theirs).journey).toEqual(mine);
  expect(mergeJourneys(BASE, mine, theirs, () => "theirs").journey).toEqual(theirs);
});

test("what one side removed and the other begins with is there again, with all that follows", () => {
  const mine = changeStep(setNext(BASE, "/steps/a/next", "c").journey, "a", {
    ...EMAIL,
    template: "mine",
    next: "c",
  }).journey;
  const theirs = removeStep(BASE, "a").journey;
  expect(Object.keys(mine.steps)).toEqual(["a", "c"]);
  expect(theirs.start).toBe("test");

  const { journey } = mergeJourneys(BASE, mine, theirs);

  expect(new Set(Object.keys(journey.steps))).toEqual(new Set(["a", "test", "b", "c"]));
});

test("who only removed what comes after a step is told so where the other removed the step", () => {
  const mine = setNext(BASE, "/steps/a/next", "c").journey;
  const theirs = removeStep(BASE, "a").journey;

  expect(mergeJourneys(BASE, mine, theirs).conflicts).toMatchObject([
    { stepId: "a", mine: ["“A” leads on to other steps"], theirs: ["“A” removed"] },
  ]);
});

test("both together going in a circle is a choice of one", () => {
  const forks: Journey = {
    ...BASE,
    start: "test",
    steps: {
      test: {
        type: "ab_test",
        branches: [
          { id: "x", weight: 50, next: "b" },
          { id: "y", weight: 50, next: "c" },
        ],
      },
      b: EMAIL,
      c: EMAIL,
    },
  };
  const mine = setNext(forks, "/steps/b/next", "c").journey;
  const theirs = setNext(forks, "/steps/c/next", "b").journey;

  expect(mergeJourneys(forks, mine, theirs)).toMatchObject({ journey: mine, conflicts: [{ pointer: "" }] });
});

test("any two edits merge into something drawable; one side alone is taken as it is", () => {
  const edit = (journey: Journey, number: number): Journey => {
    const ways = allWays(journey);
    const way = ways[number % ways.length];
    const id = Object.keys(journey.steps)[number % Object.keys(journey.steps).length] ?? "";
    if (number % 3 === 0)
      return insertStep(journey, way?.pointer ?? "", newId(journey, `new ${number}`), EMAIL).journey;
    return number % 3 === 1 ? removeStep(journey, id).journey : setNext(journey, way?.pointer ?? "", id).journey;
  };
  fc.assert(
    fc.property(
      journeys(12),
      fc.nat(50),
      fc.nat(50),
      fc.constantFrom<Side>("mine", "theirs"),
      (base, one, other, side) => {
        const [mine, theirs] = [edit(base, one), edit(base, other)];

        const { journey, conflicts } = mergeJourneys(base, mine, theirs, () => side);

        for (const conflict of conflicts) expect([conflict.mine, conflict.theirs]).not.toContainEqual([]);
        expect(isJourney(journey)).toBe(true);
        expect(isCircular(journey)).toBe(false);
        for (const { next, pointer } of allWays(journey)) {
          const named = valueAt(journey, pointer);
          if (typeof named === "string" && named !== "") expect(next).toBe(named);
        }
        expect(mergeJourneys(base, mine, base)).toEqual({ journey: mine, conflicts: [] });
        expect(mergeJourneys(base, base, theirs)).toEqual({ journey: theirs, conflicts: [] });
      },
    ),
  );
});
