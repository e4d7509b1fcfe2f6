/** Edits of whole steps as authors ask for them, by mouse, by keyboard or from a menu alike: what they are called, what is said and where the focus goes afterwards. */
import { insertStep, joinBranches, meetingPoint, newId, removeStep, removeSteps, wayAt } from "../journey/edits";
import { mainWay } from "../journey/edits/pointing";
import type { Journey } from "../journey/journey.gen";
import { waysOf } from "../journey/ways";
import { goWith } from "../routes";
import type { Kind } from "../steps/kind";
import { blankOf, lookOf, titleOf } from "../steps/registry";
import { notify } from "../ui/Notices";
import { openSheet } from "./desk";
import { NOTHING, type Selection, useEditor } from "./store";

/** The journey as it is now. */
export function journeyNow(): Journey | null {
  return useEditor.getState().history?.present.journey ?? null;
}

export function selectionNow(): Selection {
  return useEditor.getState().history?.present.selection ?? NOTHING;
}

/** Put a new step of a kind into a way. */
export function addStep(kind: Kind, way: string): void {
  const { title } = lookOf(kind);
  const { edit } = useEditor.getState();
  edit(`Add ${title.toLowerCase()}`, (journey) =>
    insertStep(journey, way, newId(journey, kind), blankOf(kind, journey)),
  );
  const [id] = selectionNow().steps;
  const after = journeyNow();
  if (id === undefined || after === null || meetingPoint(after, id) === null) return;
  const goesOn = waysOf(after, id).find(({ next }) => next !== null);
  notify({
    text: `What followed goes on in “${goesOn?.label ?? "the first branch"}”.`,
    action: { label: "In all branches", perform: () => edit("Join branches", (now) => joinBranches(now, id)) },
  });
}

/** The way at which something new is put: the selected "+", after the selected step, or at the end of the first path. */
export function wayForNew(journey: Journey, selection: Selection): string {
  if (selection.way !== null && wayAt(journey, selection.way)) return selection.way;
  const selected = selection.steps.at(-1);
  const after = selected === undefined ? null : mainWay(journey, selected);
  if (after !== null) return after.pointer;
  let way = "/start";
  let step: string | null = journey.start in journey.steps ? journey.start : null;
  for (let count = Object.keys(journey.steps).length; step !== null && count >= 0; count -= 1) {
    const next = mainWay(journey, step);
    if (next === null) break;
    way = next.pointer;
    step = next.next;
  }
  return way;
}

/** Take steps out. A single one whose branches lead on asks which of them stays. */
export function askRemoval(ids: readonly string[]): void {
  const journey = journeyNow();
  const [first] = ids;
  if (journey === null || first === undefined) return;
  const isFork = waysOf(journey, first).filter(({ next }) => next !== null).length > 1;
  if (ids.length === 1 && isFork) openSheet({ kind: "removal", stepId: first });
  else remove(ids);
}

/** Take steps out without a question; saying so offers to take it back. */
export function remove(ids: readonly string[], keep?: string | null): void {
  const journey = journeyNow();
  if (journey === null || ids.length === 0) return;
  const what = nameOf(journey, ids);
  useEditor
    .getState()
    .edit(`Delete ${what}`, (now) =>
      ids.length === 1 && ids[0] !== undefined
        ? removeStep(now, ids[0], keep === undefined ? {} : { keep })
        : removeSteps(now, ids),
    );
  const after = journeyNow();
  if (after === null || after === journey) return;
  const gone = Object.keys(journey.steps).filter((id) => !(id in after.steps)).length;
  const more = gone > ids.length ? ` and ${gone - ids.length} more` : "";
  sayDone(`Deleted ${what}${more}.`);
}

/** Say what the last edit did, with a way back. The next edit ends the offer: undo would take back that one. */
export function sayDone(text: string): void {
  const { history, undo } = useEditor.getState();
  const end = notify({ text, action: { label: "Undo", perform: undo } });
  const stop = useEditor.subscribe((now) => {
    if (now.history?.past === history?.past) return;
    stop();
    end();
  });
}

/** What steps are called in a sentence: “Greet”, or "3 steps". */
export function nameOf(journey: Journey, ids: readonly string[]): string {
  const [first] = ids;
  const step = first === undefined ? undefined : journey.steps[first];
  return ids.length === 1 && first !== undefined && step ? `“${titleOf(first, step)}”` : `${ids.length} steps`;
}

/** Show what is said of the journey as a whole. */
export function openSettings(): void {
  useEditor.getState().select(NOTHING);
  goWith({ panel: "journey" });
}
