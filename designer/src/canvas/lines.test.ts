import fc from "fast-check";
import { expect, test } from "vitest";
import type { Journey } from "../journey/journey.gen";
import { journeys } from "../journey/random.testing";
import { isAt, linesOf } from "./lines";

const JOINED: Journey = {
  format: 1,
  name: "Joined",
  entry: { type: "api" },
  start: "choose",
  steps: {
    choose: {
      type: "ab_test",
      branches: [
        { id: "a", weight: 50, next: "mail" },
        { id: "b", weight: 50, next: "last" },
      ],
    },
    mail: { type: "email", template: "mail", next: "last" },
    last: { type: "wait", for: "P1D" },
  },
};

test("a join stands below the fork, at its depth", () => {
  const lines = linesOf(JOINED).map((line) => [
    line.kind,
    line.kind === "step" ? line.id : line.way.branch,
    line.level,
  ]);
  expect(lines).toEqual([
    ["step", "choose", 1],
    ["branch", "a", 2],
    ["step", "mail", 3],
    ["link", null, 3],
    ["branch", "b", 2],
    ["link", "b", 3],
    ["step", "last", 1],
    ["end", null, 1],
  ]);
});

test("collapsed, a fork keeps its branches to itself", () => {
  const lines = linesOf(JOINED, new Set(["choose"]));
  expect(lines.map(({ kind }) => kind)).toEqual(["step", "step", "end"]);
});

test("at most one line stands for what is selected", () => {
  fc.assert(
    fc.property(journeys(), (journey) => {
      const lines = linesOf(journey);
      for (const line of lines) {
        const selection = line.kind === "step" ? { steps: [line.id], way: null } : { steps: [], way: line.way.pointer };
        expect(lines.filter((each) => isAt(each, selection))).toHaveLength(1);
      }
    }),
  );
});

test("every step has one line", () => {
  fc.assert(
    fc.property(journeys(), (journey) => {
      const ids = linesOf(journey).flatMap((line) => (line.kind === "step" ? [line.id] : []));
      expect([...ids].sort()).toEqual(Object.keys(journey.steps).sort());
    }),
  );
});
