/** Random journeys for property tests: every step reached, no circle, all step kinds. */
import fc from "fast-check";
import type { Condition, Journey, Step } from "./journey.gen";
import { isObject, valueAt } from "./values";
import { waysOf } from "./ways";

/** What one step is made from; a way leads so many steps ahead, or to the end. */
interface Sort {
  kind: Step["type"];
  ahead: readonly number[];
  name: string | undefined;
  isLong: boolean;
  weight: number;
  condition: Condition;
}

const NAMES = fc.option(fc.constantFrom("Greet", "Größe 2", "Thank you!", "“Quoted”", "a/b~c", "日本"), {
  nil: undefined,
});

const CONDITIONS: fc.Arbitrary<Condition> = fc.letrec<{ one: Condition }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({
      type: fc.constantFrom("attribute", "user_attribute", "context"),
      name: fc.constantFrom("plan", "country"),
      op: fc.constantFrom("is", "contains"),
      value: fc.constantFrom("pro", "DE"),
    }),
    fc.record({ type: fc.constant("event"), event: fc.constantFrom("ordered", "opened_app") }),
    fc.record({
      type: fc.constant("message"),
      step: fc.constant("s0"),
      outcome: fc.constantFrom("accepted", "failed"),
    }),
    fc.record({
      type: fc.constantFrom("all", "any"),
      conditions: fc.array(tie("one"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant("not"), condition: tie("one") }),
  ),
})).one;

const SORTS: fc.Arbitrary<Sort> = fc.record({
  kind: fc.constantFrom("email", "wait", "split", "ab_test", "holdout"),
  ahead: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 5, max: 12 }) },
    ),
    { minLength: 4, maxLength: 4 },
  ),
  name: NAMES,
  isLong: fc.boolean(),
  weight: fc.integer({ min: 1, max: 99 }),
  condition: CONDITIONS,
});

/** Journeys of one to `most` steps. */
export function journeys(most = 30): fc.Arbitrary<Journey> {
  return fc.array(SORTS, { minLength: 1, maxLength: most }).map((sorts) => {
    const steps = Object.fromEntries(sorts.map((sort, place) => [`s${place}`, stepOf(sort, place, sorts.length)]));
    return reachable({ format: 1, name: "Random", entry: { type: "api" }, start: "s0", steps });
  });
}

/** A journey with one of its steps. */
export function journeysAndSteps(most = 30): fc.Arbitrary<{ journey: Journey; id: string }> {
  return journeys(most).chain((journey) =>
    fc.constantFrom(...Object.keys(journey.steps)).map((id) => ({ journey, id })),
  );
}

/** Drafts as texts bring them: circles, steps to which nothing leads, ways to steps that are not there. */
export function drafts(most = 12): fc.Arbitrary<Journey> {
  const goals = fc.constantFrom("s0", "s1", "s2", "s3", "s4", "s7", "gone", "constructor");
  return fc
    .tuple(journeys(most), goals, fc.array(fc.tuple(fc.nat(40), goals), { maxLength: 8 }))
    .map(([journey, start, ways]) => {
      const draft = structuredClone(journey);
      const places = Object.keys(draft.steps).flatMap((id) => waysOf(journey, id));
      for (const [number, goal] of ways) {
        const way = places[number % Math.max(1, places.length)];
        const holder = way && valueAt(draft, way.pointer.slice(0, way.pointer.lastIndexOf("/")));
        if (isObject(holder)) Reflect.set(holder, "next", goal);
      }
      return { ...draft, start: ways.length > 4 ? start : draft.start };
    });
}

/** A large journey, the same each time: splits in splits whose branches come together, up to 1,000 steps. */
export function thousandSteps(): Journey {
  const steps: Journey["steps"] = {};
  const grow = (id: number, last: number, next: string | undefined): void => {
    const onward = next === undefined ? {} : { next };
    if (last - id < 4) {
      for (let place = id; place <= last; place++)
        steps[`s${place}`] = {
          type: "email",
          template: "welcome",
          ...(place < last ? { next: `s${place + 1}` } : onward),
        };
      return;
    }
    const join = last - ((last - id) >> 2);
    const half = (id + join) >> 1;
    steps[`s${id}`] = {
      type: "ab_test",
      branches: [
        { id: "a", weight: 50, next: `s${id + 1}` },
        { id: "b", weight: 50, next: `s${half}` },
      ],
    };
    grow(id + 1, half - 1, `s${join}`);
    grow(half, join - 1, `s${join}`);
    grow(join, last, next);
  };
  grow(0, 999, undefined);
  return { format: 1, name: "A thousand", entry: { type: "api" }, start: "s0", steps };
}

function stepOf(sort: Sort, place: number, count: number): Step {
  const next = (branch: number): { next?: string } => {
    const ahead = sort.ahead[branch] ?? 0;
    return ahead > 0 && place + ahead < count ? { next: `s${place + ahead}` } : {};
  };
  const named = sort.name === undefined ? {} : { name: sort.name };
  switch (sort.kind) {
    case "email":
      return { type: "email", ...named, template: "welcome", ...next(0) };
    case "holdout":
      return { type: "holdout", ...named, percent: sort.weight, ...next(0) };
    case "wait":
      return sort.isLong
        ? { type: "wait", ...named, until_attribute: { name: "trial_end", missing: next(1) }, ...next(0) }
        : { type: "wait", ...named, for: "P2D", ...next(0) };
    case "split": {
      const branches = [
        { id: "a", when: sort.condition, ...next(0) },
        { id: "b", ...named, when: sort.condition, ...next(1) },
      ];
      return {
        type: "split",
        branches: sort.isLong ? branches : branches.slice(1),
        ...(next(2).next ? { else: next(2) } : {}),
      };
    }
    case "ab_test":
      return {
        type: "ab_test",
        branches: [
          { id: "a", weight: sort.weight, ...next(0) },
          { id: "b", ...named, weight: 100 - sort.weight, ...next(1) },
        ],
      };
  }
}

/** Deliberately not the code under test. */
function reachable(journey: Journey): Journey {
  const met = new Set([journey.start]);
  for (const id of met) for (const way of waysOf(journey, id)) if (way.next !== null) met.add(way.next);
  return { ...journey, steps: Object.fromEntries(Object.entries(journey.steps).filter(([id]) => met.has(id))) };
}
