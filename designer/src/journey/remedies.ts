/** What can be done about a problem where that is certain: an edit like any other. Pure. */
import type { ProblemShape } from "../api/api.gen";
import type { Change } from "../editor/store";
import { setWeights } from "./edits/branches";
import { uniqueId } from "./edits/ids";
import { lead, stepOf, wayAt } from "./edits/pointing";
import type { Journey, Step } from "./journey.gen";
import { descendants } from "./tree";
import { isObject } from "./values";
import { allWays } from "./ways";
import { inProportion } from "./weights";

export interface Remedy {
  /** What the button says, and the undo button afterwards. */
  label: string;
  change: (journey: Journey) => Change;
}

type Find = (problem: ProblemShape, journey: Journey) => Remedy | null;

const REMEDIES: Readonly<Record<string, Find>> = {
  unknown_start: (_, journey) => {
    const heads = headsOf(journey);
    const [only] = heads;
    return heads.length === 1 && only !== undefined
      ? { label: "Start at the first step", change: (now) => ({ journey: { ...now, start: only } }) }
      : null;
  },
  unknown_step: ({ pointer }, journey) =>
    wayAt(journey, pointer) === null
      ? null
      : { label: "Let people finish here", change: (now) => ({ journey: lead(now, pointer, null) }) },
  unreachable_step: ({ step_id: id }, journey) =>
    id === null || !(id in journey.steps)
      ? null
      : { label: "Remove it, and what only it leads to", change: (now) => ({ journey: withoutLost(now, id) }) },
  weights_not_100: ({ step_id: id }) => ({
    label: "Make it 100 percent",
    change: (now) => {
      const step = id === null ? undefined : now.steps[id];
      return id !== null && step?.type === "ab_test"
        ? setWeights(now, id, inProportion(step.branches.map(({ weight }) => weight)))
        : { journey: now };
    },
  }),
  duplicate_branch_id: renaming,
  reserved_branch_id: renaming,
};

/** The remedy for a problem, or null where only the author can know it. */
export function remedyOf(problem: ProblemShape, journey: Journey): Remedy | null {
  const remedy = REMEDIES[problem.code]?.(problem, journey) ?? null;
  return remedy !== null && remedy.change(journey).journey !== journey ? remedy : null;
}

/** The steps to which no way leads. */
function headsOf(journey: Journey): string[] {
  const led = new Set(allWays(journey).map(({ next }) => next));
  return Object.keys(journey.steps).filter((id) => !led.has(id));
}

/** Without a lost step and all that can be reached by it alone. */
function withoutLost(journey: Journey, id: string): Journey {
  const kept = new Set([journey.start, ...descendants(journey, journey.start)]);
  const gone = new Set([id, ...descendants(journey, id)].filter((one) => !kept.has(one)));
  const others = Object.entries(journey.steps).filter(([one]) => !gone.has(one));
  const isLed = (one: string) => others.some(([other]) => descendants(journey, other).has(one));
  const steps = Object.entries(journey.steps).filter(([one]) => !gone.has(one) || (one !== id && isLed(one)));
  return { ...journey, steps: Object.fromEntries(steps) };
}

/** Give the branch at the pointer an id of its own. */
function renaming({ pointer }: ProblemShape): Remedy {
  return {
    label: "Give it an id of its own",
    change: (now) => {
      const id = stepOf(pointer);
      const step = id === null ? undefined : now.steps[id];
      if (id === null || step === undefined) return { journey: now };
      return { journey: { ...now, steps: { ...now.steps, [id]: rebranched(step, Number(pointer.split("/")[4])) } } };
    },
  };
}

function rebranched(step: Step, place: number): Step {
  const copy = structuredClone(step);
  if (!("branches" in copy)) return step;
  const branch = copy.branches[place];
  if (!isObject(branch) || branch === undefined) return step;
  const taken = new Set(["else", ...copy.branches.map(({ id }) => id)]);
  branch.id = uniqueId(branch.name || "branch", (one) => taken.has(one));
  return copy;
}
