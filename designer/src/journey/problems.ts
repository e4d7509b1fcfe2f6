/** What is wrong with a journey, at once and without the server: fields that the schema refuses, and ways that lead astray. The server's checks know more, and have the last word. */
import type { ProblemShape } from "../api/api.gen";
import type { Journey } from "./journey.gen";
import { type Fault, faultsOfJourney, faultsOfStep } from "./schemaProblems";
import { quotedTitle } from "./titles";
import { followers, isCircular, spanning } from "./tree";
import { isObject, valueAt } from "./values";
import { type Way, waysOf } from "./ways";
import { sumOf } from "./weights";

/** The codes found here, as the engine calls them: what the server said of these is out of date after an edit. */
export const INSTANT_CODES: ReadonlySet<string> = new Set([
  "missing_field",
  "unknown_field",
  "unknown_type",
  "wrong_id",
  "wrong_type",
  "unknown_start",
  "unknown_step",
  "unreachable_step",
  "cycle",
  "weights_not_100",
  "duplicate_branch_id",
]);

/** Everything that can be said at once, in reading order. */
export function findProblems(journey: Journey): ProblemShape[] {
  const { order, lost } = spanning(journey);
  return [
    ...faultsOfJourney({ ...journey }).map((fault) => problem(fault, null)),
    ...unknownStart(journey),
    ...[...order, ...lost].flatMap((id) => ofStep(journey, id)),
    ...unreachable(journey),
    ...circles(journey),
  ];
}

/** Those of one step, its branches included. */
export function problemsOf(problems: readonly ProblemShape[], stepId: string): ProblemShape[] {
  return problems.filter((problem) => problem.step_id === stepId);
}

/** After an edit, until the server answers: what is found at once, and what the server said of steps that are as they were. */
export function carriedOver(
  before: Journey | undefined,
  journey: Journey,
  problems: readonly ProblemShape[],
): ProblemShape[] {
  const key = ({ code, pointer }: ProblemShape) => `${code} ${pointer}`;
  const found = findProblems(journey);
  const foundKeys = new Set(found.map(key));
  const kept = problems.filter(
    ({ code, step_id: id }) =>
      !INSTANT_CODES.has(code) && (id === null || before === undefined || journey.steps[id] === before.steps[id]),
  );
  // The server's words stay where it said the same.
  const told = new Map(problems.map((each) => [key(each), each]));
  return [...found.map((each) => told.get(key(each)) ?? each), ...kept.filter((each) => !foundKeys.has(key(each)))];
}

function ofStep(journey: Journey, id: string): ProblemShape[] {
  const step = journey.steps[id];
  if (step === undefined) return [];
  const own = faultsOfStep(step).map((fault) => problem({ ...fault, pointer: `/steps/${id}${fault.pointer}` }, id));
  return [...own, ...unknownNext(journey, id), ...ofBranches(step, id)];
}

function ofBranches(step: object, id: string): ProblemShape[] {
  const branches = "branches" in step && Array.isArray(step.branches) ? step.branches.filter(isObject) : [];
  const found: ProblemShape[] = [];
  const seen = new Set<unknown>();
  branches.forEach((branch, place) => {
    const pointer = `/steps/${id}/branches/${place}/id`;
    const message = `Another branch has the id “${String(branch.id)}”.`;
    if (seen.has(branch.id))
      found.push(problem({ code: "duplicate_branch_id", pointer, message }, id, "Give each branch an id of its own."));
    seen.add(branch.id);
  });
  const weights = branches.flatMap(({ weight }) => (typeof weight === "number" ? [weight] : []));
  const sum = sumOf(weights);
  if (weights.length > 1 && weights.length === branches.length && sum !== 100) {
    const fault = {
      code: "weights_not_100",
      pointer: `/steps/${id}/branches`,
      message: `The weights sum to ${sum}, not to 100.`,
    };
    found.push(problem(fault, id, `Change them by ${sum < 100 ? "+" : ""}${sumOf([100, -sum])} in all.`));
  }
  return found;
}

function unknownStart(journey: Journey): ProblemShape[] {
  if (Object.hasOwn(journey.steps, journey.start) || journey.start === "") return [];
  const message = `There is no step “${journey.start}” to start at.`;
  return [problem({ code: "unknown_start", pointer: "/start", message }, null)];
}

/** `Way.next` is null for a step that is not there; the document says which. */
function unknownNext(journey: Journey, id: string): ProblemShape[] {
  return waysOf(journey, id).flatMap((way) => {
    const named = valueAt(journey, way.pointer);
    if (way.next !== null || typeof named !== "string" || named === "") return [];
    return [problem({ code: "unknown_step", pointer: way.pointer, message: `There is no step “${named}”.` }, id)];
  });
}

/** Once for all that follow a step which nobody comes to. */
function unreachable(journey: Journey): ProblemShape[] {
  const { lost, waysTo } = spanning(journey);
  if (!Object.hasOwn(journey.steps, journey.start)) return [];
  const told = new Set<string>();
  const ids = Object.keys(journey.steps).filter((id) => lost.includes(id));
  const isLed = (id: string) => Number((waysTo.get(id)?.length ?? 0) > 0);
  return ids
    .sort((one, other) => isLed(one) - isLed(other))
    .flatMap((id) => {
      if (told.has(id)) return [];
      told.add(id);
      for (const next of followers(journey, [id])) told.add(next);
      const fault = {
        code: "unreachable_step",
        pointer: `/steps/${id}`,
        message: `Nobody comes to ${quotedTitle(journey, id)}.`,
      };
      return [problem(fault, id, "Lead a step before it here, or remove it.")];
    });
}

/** The ways that close circles, as a walk through the branches in their order comes upon them. */
function circles(journey: Journey): ProblemShape[] {
  if (!isCircular(journey)) return [];
  const done = new Set<string>();
  const found: ProblemShape[] = [];
  for (const root of [journey.start, ...Object.keys(journey.steps)]) {
    const path: { id: string; ways: readonly Way[]; asked: number }[] = [];
    const enter = (id: string) => path.push({ id, ways: waysOf(journey, id), asked: 0 });
    if (Object.hasOwn(journey.steps, root) && !done.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const way = top.ways[top.asked++];
      const next = way?.next ?? null;
      if (way === undefined) {
        done.add(top.id);
        path.pop();
      } else if (next !== null && path.some((step) => step.id === next)) {
        const circle = [...path.slice(path.findIndex((step) => step.id === next)).map((step) => step.id), next];
        const message = `The steps go in a circle: ${circle.map((id) => quotedTitle(journey, id)).join(" → ")}.`;
        found.push(
          problem(
            { code: "cycle", pointer: way.pointer, message },
            top.id,
            "Cut the way back; people may come in again instead.",
          ),
        );
      } else if (next !== null && !done.has(next)) enter(next);
    }
  }
  return found;
}

function problem(fault: Fault, stepId: string | null, hint = ""): ProblemShape {
  return { ...fault, hint, step_id: stepId, severity: "error" };
}
