import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withBranches } from "./edits";
import { copyFragment, pasteFragment, readFragment, writeFragment } from "./fragments";
import type { Journey } from "./journey.gen";
import { journeys } from "./random.testing";
import { isJourney } from "./shape";
import { isCircular, order, spanning } from "./tree";
import { allWays } from "./ways";

const EMAIL = { type: "email", template: "welcome" } as const;

function journey(start: string, steps: Journey["steps"]): Journey {
  return { format: 1, name: "x", entry: { type: "api" }, start, steps };
}

test("any steps of any journey go into any journey", () => {
  fc.assert(
    fc.property(
      journeys(),
      journeys(),
      fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }),
      fc.nat(99),
      (from, to, numbers, at) => {
        const ids = Object.keys(from.steps);
        const chosen = numbers.map((number) => ids[number % ids.length] ?? "");
        const ways = allWays(to);
        const read = readFragment(writeFragment(copyFragment(from, chosen)));
        if ("reason" in read) throw new Error(read.reason);

        const pasted = pasteFragment(to, ways[at % ways.length]?.pointer ?? "", read.fragment);

        expect(isJourney(pasted.journey)).toBe(true);
        expect(isCircular(pasted.journey)).toBe(false);
        expect(spanning(pasted.journey).lost).toEqual([]);
        for (const id of Object.keys(to.steps)) expect(pasted.journey.steps).toHaveProperty(id);
        for (const id of pasted.select?.steps ?? []) expect(to.steps).not.toHaveProperty(id);
      },
    ),
  );
});

test("what follows is kept where a step that was copied hangs on nothing", () => {
  // To one after the other would be a circle: the split leads to the join already.
  const from = journey("test", {
    test: {
      type: "ab_test",
      branches: [
        { id: "x", weight: 50, next: "first" },
        { id: "y", weight: 50, next: "split" },
      ],
    },
    first: { ...EMAIL, next: "join" },
    split: {
      type: "split",
      branches: [{ id: "a", when: { type: "event", event: "x" }, next: "join" }],
      else: { next: "outside" },
    },
    join: EMAIL,
    outside: EMAIL,
  });
  const to = journey("last", { last: EMAIL });

  const pasted = pasteFragment(to, "/start", copyFragment(from, ["first", "split", "join"]));

  expect(order(pasted.journey)).toEqual(["first", "join", "last"]);
  expect(pasted.dropped).toBe(1);
});

test("a fork is copied with its branches, and both come together in what follows", () => {
  const split = {
    type: "split",
    branches: [{ id: "a", when: { type: "event", event: "x" }, next: "left" }],
    else: { next: "right" },
  } as const;
  const from = journey("split", {
    split: { ...split, branches: [...split.branches] },
    left: { ...EMAIL, next: "join" },
    right: { ...EMAIL, next: "join" },
    join: EMAIL,
  });
  const to = journey("left", { left: { ...EMAIL, next: "last" }, last: EMAIL });

  const ids = withBranches(from, ["split"]);
  const pasted = pasteFragment(to, "/steps/left/next", copyFragment(from, ids));

  expect(ids).toEqual(["split", "left", "right"]);
  expect(pasted.dropped).toBe(0);
  expect(pasted.select?.steps).toEqual(["split", "left_2", "right"]);
  expect(pasted.journey.steps).toMatchObject({
    left: { next: "split" },
    split: { branches: [{ next: "left_2" }], else: { next: "right" } },
    left_2: { next: "last" },
    right: { next: "last" },
  });
});

test("conditions about a message follow its step, and ways to elsewhere are counted", () => {
  const ask = {
    type: "split",
    branches: [
      { id: "a", when: { type: "message", step: "mail", outcome: "failed" }, next: "one" },
      { id: "b", when: { type: "event", event: "x" }, next: "two" },
    ],
  } as const;
  const from = journey("mail", {
    mail: { ...EMAIL, next: "ask" },
    ask: { ...ask, branches: [...ask.branches] },
    one: EMAIL,
    two: EMAIL,
  });

  const pasted = pasteFragment(from, "/steps/one/next", copyFragment(from, ["mail", "ask"]));

  expect(pasted.dropped).toBe(1);
  expect(pasted.journey.steps.ask_2).toMatchObject({ branches: [{ when: { step: "mail_2" } }, {}] });
});

test("steps that do not hang together follow one after the other", () => {
  const from = journey("a", { a: { ...EMAIL, next: "b" }, b: { ...EMAIL, next: "c" }, c: EMAIL });

  expect(copyFragment(from, ["c", "a"])).toMatchObject({ start: "a", steps: { a: { next: "c" } } });
});

describe("what cannot be pasted says why", () => {
  test.each([
    ["hello", "other text"],
    ["[1]", "no steps"],
    ['{"format": 2, "steps": {}}', "version of Wend"],
    ['{"format": 1, "steps": {"a": {"type": "teleport"}}}', "fields"],
    ['{"format": 1, "steps": {}}', "no steps"],
    ['{"format": 1, "start": "a", "steps": {"a": {"type": "email", "template": "x", "next": "a"}}}', "circle"],
  ])("%s", (text, reason) => {
    const read = readFragment(text);

    expect("reason" in read && read.reason).toContain(reason);
  });
});
