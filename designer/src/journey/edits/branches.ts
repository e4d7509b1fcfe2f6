/** Edits of a step's branches. Pure: knows lists of branches, and no step kind. */
import type { Change } from "../../editor/store";
import { blankCondition } from "../conditions";
import type { AbBranch, Journey, SplitBranch, Step } from "../journey.gen";
import { waysOf } from "../ways";
import { inProportion } from "../weights";
import { uniqueId } from "./ids";
import { leading, settle, stepOf, wayAt, withStep } from "./pointing";

type Branch = SplitBranch | AbBranch;
type Branching = Extract<Step, { branches: unknown }>;

/** As many as the document takes. */
const MOST_BRANCHES = 50;

/** Exchange what follows two ways of a step, which are counted as they are drawn. */
export function swapBranches(journey: Journey, id: string, one = 0, other = 1): Change {
  const ways = waysOf(journey, id);
  const [first, second] = [ways[one], ways[other]];
  if (!first || !second || first.next === second.next) return { journey };
  const targets = new Map([
    [first.pointer, second.next],
    [second.pointer, first.next],
  ]);
  return settle(journey, leading(journey, targets));
}

/** Where the branches of a step would come together: what follows one of them while the others are empty; null where there is no such step. */
export function meetingPoint(journey: Journey, id: string): string | null {
  const targets = waysOf(journey, id).map((way) => way.next);
  const [only, ...others] = new Set(targets.filter((next) => next !== null));
  return only !== undefined && others.length === 0 && targets.includes(null) ? only : null;
}

/** Let all branches of a step go on where one of them does, while the others are empty. */
export function joinBranches(journey: Journey, id: string): Change {
  const goal = meetingPoint(journey, id);
  if (goal === null) return { journey };
  const ended = waysOf(journey, id).filter((way) => way.next === null);
  return settle(journey, leading(journey, new Map(ended.map((way) => [way.pointer, goal]))));
}

/** Put a branch at another place of its list: the order in which a split asks, and in which all are drawn. */
export function moveBranch(journey: Journey, id: string, from: number, to: number): Change {
  return rebranch(journey, id, (branches) => {
    const branch = branches[from];
    if (branch === undefined || to < 0 || to >= branches.length || from === to) return branches;
    const others = branches.filter((_, place) => place !== from);
    return [...others.slice(0, to), branch, ...others.slice(to)];
  });
}

/** Add a branch at the end of the list. Weights make room for it in proportion. */
export function addBranch(journey: Journey, id: string, name = ""): Change {
  return rebranch(journey, id, (branches) => {
    if (branches.length >= MOST_BRANCHES) return branches;
    const taken = new Set(["else", ...branches.map((branch) => branch.id)]);
    const said = name === "" ? {} : { name };
    const newId = uniqueId(name === "" ? `branch_${branches.length + 1}` : name, (id) => taken.has(id));
    if (!branches.every(isWeighed)) return [...branches, { id: newId, ...said, when: blankCondition("attribute") }];
    const shares = inProportion([...branches.map((branch) => branch.weight), 100 / branches.length]);
    const added: readonly Branch[] = [...branches, { id: newId, ...said, weight: 0 }];
    return weighed(added, shares);
  });
}

/** Take a branch out, with all to which one comes by it only. A step keeps as many branches as it needs. */
export function removeBranch(journey: Journey, pointer: string): Change {
  const id = stepOf(pointer);
  const [, , , list, place] = pointer.split("/");
  if (id === null || list !== "branches" || wayAt(journey, pointer) === null) return { journey };
  return rebranch(journey, id, (branches) => {
    const rest = branches.filter((_, index) => index !== Number(place));
    const isComparison = branches.every(isWeighed);
    if (rest.length < (isComparison ? 2 : 1)) return branches;
    return isComparison ? weighed(rest, inProportion(rest.filter(isWeighed).map((branch) => branch.weight))) : rest;
  });
}

/** Give the branches of a step these weights, in their order. */
export function setWeights(journey: Journey, id: string, weights: readonly number[]): Change {
  return rebranch(journey, id, (branches) => weighed(branches, weights));
}

function weighed(branches: readonly Branch[], weights: readonly number[]): Branch[] {
  return branches.map((branch, place) =>
    isWeighed(branch) ? { ...branch, weight: weights[place] ?? branch.weight } : branch,
  );
}

function isWeighed(branch: Branch): branch is AbBranch {
  return "weight" in branch;
}

function isBranching(step: Step | undefined): step is Branching {
  return step !== undefined && "branches" in step;
}

/** The same list changes nothing. */
function rebranch(journey: Journey, id: string, change: (branches: readonly Branch[]) => readonly Branch[]): Change {
  const step = journey.steps[id];
  if (!isBranching(step)) return { journey };
  const branches = change(step.branches);
  if (branches === step.branches) return { journey };
  return settle(journey, withStep(journey, id, Object.assign({ ...step }, { branches })));
}
