/** Every edit of a journey. All are pure, keep the document free of circles and lost steps, and give the same journey back where they cannot be done. */

export {
  addBranch,
  joinBranches,
  meetingPoint,
  moveBranch,
  removeBranch,
  setWeights,
  swapBranches,
} from "./edits/branches";
export { isId, newId, renameStep, uniqueId } from "./edits/ids";
export { duplicateSteps, legalTargets, moveStep } from "./edits/moving";
export { withBranches } from "./edits/pieces";
export { wayAt } from "./edits/pointing";
export type { InsertOptions, JourneyPatch, RemoveOptions } from "./edits/steps";
export { changeJourney, changeStep, insertStep, removeStep, removeSteps, setNext } from "./edits/steps";
