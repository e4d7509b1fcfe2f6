/** The id by which the document, counts and conditions name a step. */
import { useState } from "react";
import { useStanding } from "../editor/standing";
import { useEditor, useJourney } from "../editor/store";
import { useVersionOf } from "../editor/versions";
import { isId } from "../journey/edits";
import { hasDrawn, isDrawing, renameDrawn } from "../journey/salts";
import { TextField } from "../ui/fields/TextField";

export function StepId({ id }: { id: string }) {
  const journey = useJourney();
  const drawn = useDrawn();
  const [draft, setDraft] = useState(id);
  const isTaken = draft !== id && journey !== null && Object.hasOwn(journey.steps, draft);
  const rename = () => {
    if (draft === id) return;
    if (isId(draft) && !isTaken) {
      useEditor.getState().edit("Change id", (now) => renameDrawn(now, id, draft, drawn));
    } else setDraft(id);
  };
  const step = journey?.steps[id];
  const isKept = isDrawing(step) && (step.salt !== undefined || hasDrawn(drawn, id));
  return (
    <details className="panel-more">
      <summary>More</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
        onBlur={rename}
      >
        <TextField
          label="Id"
          value={draft}
          onChange={setDraft}
          help={
            isTaken
              ? `There is a step ${draft} already.`
              : isId(draft)
                ? `Names the step in the file and in its counts. Once published, a new id begins with new counts.${isKept ? KEPT : ""}`
                : "A small letter, then small letters, digits, - or _."
          }
        />
      </form>
    </details>
  );
}

const KEPT = " Everybody keeps the branch drawn for them: the salt of the first id stays with the step.";

/** Who may have been drawn at a step of the open journey. */
function useDrawn() {
  const journeyId = useEditor((state) => state.journeyId);
  const summary = useStanding((state) => state.summary);
  const live = useVersionOf(journeyId, summary?.live_version ?? null);
  // Until the live version has been read, anybody may have been.
  return { journeyId, live: summary?.live_version === null ? null : (live ?? undefined) };
}
