import fc from "fast-check";
import { describe, expect, test } from "vitest";
import fixtures from "../../../tests/fixtures/problems/documents.json";
import { changeJourney, changeStep } from "./edits";
import { carriedOver, findProblems, INSTANT_CODES, problemsOf } from "./problems";
import { drafts, journeys } from "./random.testing";
import { isJourney } from "./shape";
import { isCircular, spanning } from "./tree";

const PROBLEM = { hint: "", severity: "error" };

describe("what is found at once is what the engine finds", () => {
  test.each(fixtures.map(({ name, document, problems }) => [name, document, problems] as const))(
    "%s",
    (_, document, expected) => {
      if (!isJourney(document)) throw new Error("not drawable");
      const found = findProblems(document).map(({ code, pointer, severity }) => [code, pointer, severity]);

      const instant = (problems: readonly (readonly (string | undefined)[])[]) =>
        problems.filter(([code]) => INSTANT_CODES.has(code ?? ""));
      expect(instant(found).sort()).toEqual(instant(expected));
      for (const problem of found) expect(expected).toContainEqual(problem);
    },
  );
});

test("there is nothing wrong with random journeys", () => {
  fc.assert(
    fc.property(journeys(), (journey) => {
      expect(findProblems(journey)).toEqual([]);
    }),
  );
});

test("whatever is wrong with the ways of a draft is found", () => {
  fc.assert(
    fc.property(drafts(), (draft) => {
      const codes = new Set(findProblems(draft).map(({ code }) => code));
      const isStarted = Object.hasOwn(draft.steps, draft.start);

      expect(codes.has("cycle")).toBe(isCircular(draft));
      expect(codes.has("unknown_start")).toBe(!isStarted);
      expect(codes.has("unreachable_step")).toBe(isStarted && spanning(draft).lost.length > 0);
    }),
    { numRuns: 500 },
  );
});

test("an edit keeps what the server said of other steps, and what is found at once is new", () => {
  fc.assert(
    fc.property(journeys(6), (journey) => {
      const said = Object.keys(journey.steps).map((id) => ({
        ...PROBLEM,
        code: "late_holdout",
        pointer: `/steps/${id}`,
        message: id,
        step_id: id,
      }));
      const start = journey.steps[journey.start];
      if (start === undefined) return;
      const changed = changeStep(journey, journey.start, { ...start, name: "" }).journey;

      const carried = carriedOver(journey, changed, said);

      expect(problemsOf(carried, journey.start).map(({ code }) => code)).toEqual(["wrong_value"]);
      expect(carried).toHaveLength(said.length);
    }),
  );
});

test("the server's words stay where the same is wrong", () => {
  const journey = changeJourney(
    { format: 1, name: "x", entry: { type: "api" }, start: "gone", steps: { a: { type: "email", template: "x" } } },
    { name: "y" },
  ).journey;
  const said = { ...PROBLEM, code: "unknown_start", pointer: "/start", message: "The server's words", step_id: null };

  expect(carriedOver(undefined, journey, [said])).toEqual([said]);
});
