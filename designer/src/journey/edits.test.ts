import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { begin, record, redo, undo } from "../editor/history";
import type { Change } from "../editor/store";
import * as edits from "./edits";
import type { Journey, Step } from "./journey.gen";
import { drafts, journeys } from "./random.testing";
import { isJourney } from "./shape";
import { isCircular, order, reaches, spanning } from "./tree";
import { allWays, waysOf } from "./ways";

const STEPS: readonly Step[] = [
  { type: "email", template: "welcome" },
  { type: "wait", until_attribute: { name: "trial_end", missing: {} } },
  { type: "split", branches: [{ id: "yes", when: { type: "event", event: "ordered" } }] },
  {
    type: "ab_test",
    branches: [
      { id: "a", weight: 50 },
      { id: "b", weight: 50 },
    ],
  },
];

/** Any edit, given three numbers to choose with. */
type Any = (journey: Journey, one: number, two: number, three: number) => Change;

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

const EDITS: Readonly<Record<string, Any>> = {
  insertStep: (journey, one, two, three) => {
    const step = pick(STEPS, two);
    const tail = pick(["/next", "/else/next", "/branches/1/next", "all", "none", undefined], three);
    const options = tail === undefined ? {} : { tail };
    return step
      ? edits.insertStep(journey, wayOf(journey, one), edits.newId(journey, "New one"), step, options)
      : { journey };
  },
  removeStep: (journey, one, two, three) => {
    const id = stepOf(journey, one);
    const keep = pick([...waysOf(journey, id).map((way) => way.pointer), null], two);
    return edits.removeStep(journey, id, three % 2 === 0 || keep === undefined ? {} : { keep });
  },
  removeSteps: (journey, one, two, three) =>
    edits.removeSteps(
      journey,
      [one, two, three].map((number) => stepOf(journey, number)),
    ),
  moveStep: (journey, one, two, three) =>
    edits.moveStep(
      journey,
      three % 2 === 0 ? [stepOf(journey, one)] : [stepOf(journey, one), stepOf(journey, three)],
      wayOf(journey, two),
    ),
  moveLegally: (journey, one, two) => {
    const ids = [stepOf(journey, one)];
    const way = pick(edits.legalTargets(journey, ids), two);
    return way ? edits.moveStep(journey, ids, way.pointer) : { journey };
  },
  duplicateSteps: (journey, one, two) => edits.duplicateSteps(journey, [stepOf(journey, one), stepOf(journey, two)]),
  setNext: (journey, one, two, three) =>
    edits.setNext(journey, wayOf(journey, one), three % 4 === 0 ? null : stepOf(journey, two)),
  swapBranches: (journey, one, two, three) => edits.swapBranches(journey, stepOf(journey, one), two % 3, three % 3),
  joinBranches: (journey, one) => edits.joinBranches(journey, stepOf(journey, one)),
  moveBranch: (journey, one, two, three) => edits.moveBranch(journey, stepOf(journey, one), two % 3, three % 3),
  addBranch: (journey, one, two) => edits.addBranch(journey, stepOf(journey, one), two % 2 === 0 ? "" : "Größe"),
  removeBranch: (journey, one) => edits.removeBranch(journey, wayOf(journey, one)),
  renameStep: (journey, one, two) =>
    edits.renameStep(journey, stepOf(journey, one), edits.newId(journey, `renamed ${two}`)),
  changeStep: (journey, one, two) =>
    edits.changeStep(journey, stepOf(journey, one), pick(STEPS, two) ?? { type: "email", template: "x" }),
};

function stepOf(journey: Journey, number: number): string {
  return pick(Object.keys(journey.steps), number) ?? "";
}

function wayOf(journey: Journey, number: number): string {
  return pick(allWays(journey), number)?.pointer ?? "";
}

const numbers = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99));

describe.each(Object.entries(EDITS))("%s", (_, edit) => {
  test("keeps the document drawable, without circles and without lost steps", () => {
    fc.assert(
      fc.property(journeys(), numbers, (journey, chosen) => {
        const before = structuredClone(journey);

        const after = edit(journey, ...chosen);

        expect(journey).toEqual(before);
        expect(isJourney(after.journey)).toBe(true);
        expect(isCircular(after.journey)).toBe(false);
        expect(spanning(after.journey).lost).toEqual([]);
        for (const id of after.select?.steps ?? []) expect(after.journey.steps).toHaveProperty(id);
      }),
    );
  });
});

test("any edit of any draft leaves it drawable", () => {
  fc.assert(
    fc.property(drafts(), fc.constantFrom(...Object.values(EDITS)), numbers, (draft, edit, chosen) => {
      const after = edit(draft, ...chosen).journey;

      expect(isJourney(after)).toBe(true);
      if (!isCircular(draft)) expect(isCircular(after)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("undo is the identity, and redo makes the edit again", () => {
  const anyEdits = fc.array(fc.tuple(fc.constantFrom(...Object.entries(EDITS)), numbers), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(journeys(12), anyEdits, (journey, chosen) => {
      let history = begin(journey);
      for (const [[label, edit], given] of chosen)
        history = record(history, label, edit(history.present, ...given).journey);
      const done = history.present;

      for (const _ of chosen) history = undo(history);
      expect(history.present).toBe(journey);

      for (const _ of chosen) history = redo(history);
      expect(history.present).toBe(done);
    }),
  );
});

test("a moved step loses no other step", () => {
  fc.assert(
    fc.property(journeys(), numbers, (journey, [one, two]) => {
      const ids = [stepOf(journey, one)];
      const way = pick(edits.legalTargets(journey, ids), two);
      if (way === undefined) return;

      const after = edits.moveStep(journey, ids, way.pointer).journey;

      expect(Object.keys(after.steps).sort()).toEqual(Object.keys(journey.steps).sort());
    }),
  );
});

test("removing what was inserted gives the journey back", () => {
  fc.assert(
    fc.property(journeys(), numbers, (journey, [one, two]) => {
      const step = pick(STEPS, two);
      const inserted = edits.insertStep(journey, wayOf(journey, one), "new", step ?? { type: "email", template: "x" });

      expect(edits.removeStep(inserted.journey, "new").journey).toEqual(journey);
    }),
  );
});

test("a way that would close a circle is refused, every other is made", () => {
  fc.assert(
    fc.property(journeys(), numbers, (journey, [one, two]) => {
      const way = pick(allWays(journey), one);
      const next = stepOf(journey, two);
      if (way === undefined || way.next === next) return;
      const isBack = way.from !== null && (way.from === next || reaches(journey, next, way.from));

      const after = edits.setNext(journey, way.pointer, next).journey;

      expect(after === journey).toBe(isBack);
    }),
  );
});

test("ids are made from names, and never twice", () => {
  const journey: Journey = {
    format: 1,
    name: "x",
    entry: { type: "api" },
    start: "",
    steps: { thank_you: { type: "email", template: "x" } },
  };

  expect(edits.newId(journey, "Größe 2!")).toBe("große_2".normalize("NFKD").replace(/[^a-z0-9_]/g, "_"));
  expect(edits.newId(journey, "Thank you")).toBe("thank_you_2");
  expect(edits.newId(journey, "2nd")).toBe("nd");
  expect(edits.newId(journey, "日本")).toBe("step");
  expect(edits.newId(journey, "x".repeat(99))).toHaveLength(63);
});

test("branches come together where one goes on and the others are empty", () => {
  const inserted = edits.insertStep(LINE, "/steps/a/next", "ask", {
    type: "split",
    branches: [{ id: "yes", when: { type: "event", event: "ordered" } }],
  }).journey;

  expect(edits.meetingPoint(inserted, "ask")).toBe("b");
  expect(edits.joinBranches(inserted, "ask").journey.steps.ask).toMatchObject({
    branches: [{ next: "b" }],
    else: { next: "b" },
  });
  expect(edits.meetingPoint(edits.joinBranches(inserted, "ask").journey, "ask")).toBeNull();
});

const EMAIL = { type: "email", template: "welcome" } as const;
const LINE: Journey = {
  format: 1,
  name: "Line",
  entry: { type: "api" },
  start: "a",
  steps: { a: { ...EMAIL, next: "b" }, b: { ...EMAIL, next: "c" }, c: EMAIL },
};

function line(change: Change): string[] {
  return order(change.journey);
}

test("moving, duplicating and removing along a line", () => {
  expect(line(edits.moveStep(LINE, ["a"], "/steps/b/next"))).toEqual(["b", "a", "c"]);
  expect(line(edits.moveStep(LINE, ["b", "c"], "/start"))).toEqual(["b", "c", "a"]);
  expect(line(edits.moveStep(LINE, ["a", "c"], "/steps/b/next"))).toEqual(["a", "b", "c"]);
  expect(line(edits.duplicateSteps(LINE, ["a", "b"]))).toEqual(["a", "b", "a_2", "b_2", "c"]);
  expect(line(edits.duplicateSteps(LINE, ["a", "c"]))).toEqual(["a", "a_2", "b", "c", "c_2"]);
  expect(line(edits.removeSteps(LINE, ["a", "c"]))).toEqual(["b"]);
  expect(line(edits.removeStep(LINE, "a", { keep: null }))).toEqual([]);
  expect(edits.legalTargets(LINE, ["a"]).map((way) => way.pointer)).toEqual(["/steps/b/next", "/steps/c/next"]);
});

test("a fork moves with what is in its branches, up to where they come together", () => {
  const fork: Journey = {
    ...LINE,
    steps: {
      a: {
        type: "ab_test",
        branches: [
          { id: "x", weight: 50, next: "left" },
          { id: "y", weight: 50, next: "b" },
        ],
      },
      left: { ...EMAIL, next: "b" },
      b: { ...EMAIL, next: "c" },
      c: EMAIL,
    },
  };

  const moved = edits.moveStep(fork, ["a"], "/steps/b/next");

  expect(line(moved)).toEqual(["b", "a", "left", "c"]);
  expect(moved.journey.steps).toMatchObject({
    b: { next: "a" },
    left: { next: "c" },
    a: { branches: [{ next: "left" }, { next: "c" }] },
  });
  expect(moved.select?.steps).toEqual(["a", "left"]);
});

test("a renamed step is called so wherever it is named", () => {
  const asks = edits.changeJourney(LINE, {
    exit_when: { type: "not", condition: { type: "message", step: "b", outcome: "failed" } },
  }).journey;

  const { journey } = edits.renameStep(asks, "b", "second");

  expect(Object.keys(journey.steps)).toEqual(["a", "second", "c"]);
  expect(journey).toMatchObject({ exit_when: { condition: { step: "second" } }, steps: { a: { next: "second" } } });
  expect(edits.renameStep(LINE, "b", "c").journey).toBe(LINE);
  expect(edits.renameStep(LINE, "b", "B!").journey).toBe(LINE);
});

test("an added branch makes room in proportion, a removed one gives it back", () => {
  const test = edits.changeStep(LINE, "a", {
    type: "ab_test",
    branches: [
      { id: "a", weight: 60, next: "b" },
      { id: "b", weight: 40 },
    ],
  }).journey;

  const three = edits.addBranch(test, "a", "C").journey;

  expect(three.steps.a).toMatchObject({
    branches: [{ weight: 40 }, { weight: 27 }, { id: "c", name: "C", weight: 33 }],
  });
  expect(edits.removeBranch(three, "/steps/a/branches/2/next").journey.steps.a).toMatchObject({
    branches: [{ weight: 60 }, { weight: 40 }],
  });
  expect(edits.removeBranch(test, "/steps/a/branches/0/next").journey).toBe(test);
  expect(line(edits.removeBranch(three, "/steps/a/branches/0/next"))).toEqual(["a"]);
});
