/** How panels change the document: by name, through the history; typing in one field is one edit. */
import { useEditor } from "../editor/store";
import { changeJourney, changeStep, type JourneyPatch } from "../journey/edits";
import type { Step } from "../journey/journey.gen";

/** Put a changed step in place of the old one. `field` joins edits of one field. */
export function editStep(id: string, label: string, step: Step, field?: string): void {
  useEditor.getState().edit(label, (journey) => changeStep(journey, id, step), field && `/steps/${id}/${field}`);
}

/** Change what is said of the journey as a whole. */
export function editJourney(label: string, patch: JourneyPatch, field?: string): void {
  useEditor.getState().edit(label, (journey) => changeJourney(journey, patch), field && `/${field}`);
}
