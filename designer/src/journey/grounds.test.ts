import { expect, test } from "vitest";
import { tellGrounds, tellOutcome } from "./grounds";
import type { Journey } from "./journey.gen";

const JOURNEY: Journey = {
  format: 1,
  name: "Demo",
  entry: { type: "api" },
  start: "plan",
  steps: {
    plan: {
      type: "split",
      branches: [{ id: "pro", name: "Pro people", when: { type: "attribute", name: "plan", op: "is", value: "pro" } }],
      else: {},
    },
    greet: { type: "email", name: "Say hello", template: "welcome" },
  },
};

const asked = (condition: object) => ({
  step: "plan",
  outcome: "branched",
  branch: "pro",
  grounds: { asked: [{ branch: "pro", condition }] },
});

const texts = (condition: object) => tellGrounds(asked(condition), JOURNEY).map(({ text, held }) => [text, held]);

test("a branch is called as its author calls it", () => {
  expect(tellOutcome(asked({}), JOURNEY)).toBe("Took “Pro people”");
  expect(tellOutcome({ ...asked({}), branch: "else" }, JOURNEY)).toBe("Took “Everyone else”");
  expect(tellOutcome({ ...asked({}), branch: "gone" }, JOURNEY)).toBe("Took “gone”");
});

test("an outcome that nobody here knows is told all the same", () => {
  expect(tellOutcome({ step: "x", outcome: "called_back", branch: null, grounds: {} }, null)).toBe("Called back");
});

test("a comparison says what was asked and what was seen", () => {
  const condition = { type: "attribute", held: false, name: "plan", op: "is", value: "pro", saw: "free" };
  expect(texts(condition)).toEqual([["Pro people: plan is pro (it is free)", false]]);
});

test("a value that is missing is said to be unknown", () => {
  const condition = { type: "user_attribute", held: false, name: "age", op: "at_least", value: 18, missing: true };
  expect(texts(condition)).toEqual([["Pro people: the user's age is at least 18 (it is not known)", false]]);
});

test("conditions inside others are indented, each with its own answer", () => {
  const inner = { type: "event", held: false, event: "left", count: 2, within: "P2D", saw: [] };
  const condition = { type: "all", held: true, asked: [{ type: "not", held: true, asked: [inner] }] };
  expect(tellGrounds(asked(condition), JOURNEY)).toEqual([
    { text: "Pro people: all of these", held: true, depth: 0 },
    { text: "not this", held: true, depth: 1 },
    { text: "event left 2 times in the last 2 days (not seen)", held: false, depth: 2 },
  ]);
});

test("a message is named after its step", () => {
  const condition = { type: "message", held: true, step: "greet", outcome: "accepted", saw: ["accepted"] };
  expect(texts(condition)).toEqual([["Pro people: the mail of “Say hello” was accepted (accepted)", true]]);
});

test("a wait says how long, until when and by whose clock", () => {
  const grounds = { time: "19:00", zone: "Europe/Berlin", zone_source: "endpoint", due_at: "2026-11-23T18:00:00Z" };
  const lines = tellGrounds({ step: "nap", outcome: "began_waiting", branch: null, grounds }, null);
  expect(lines.map(({ text }) => text)).toEqual([
    "When their clock shows 19:00",
    "Until Mon, 23 Nov 2026, 18:00 UTC",
    "Time zone Europe/Berlin, their own",
  ]);
});

test("a date with an offset, and one that is missing", () => {
  const grounds = { attribute: "trial_ends", saw: "2026-12-01", offset: "-P3D", due_at: "2026-11-28T00:00:00Z" };
  const say = (said: object) =>
    tellGrounds({ step: "x", outcome: "began_waiting", branch: null, grounds: { ...said } }, null)[0]?.text;
  expect(say(grounds)).toBe("3 days before trial_ends, which is 2026-12-01");
  expect(say({ attribute: "trial_ends", missing: true })).toBe("There is no trial_ends");
});

test("why somebody left", () => {
  const left = { step: null, outcome: "exited", branch: null, grounds: { reason: "stopped" } };
  expect(tellGrounds(left, null)[0]?.text).toBe("The journey was stopped");
});
