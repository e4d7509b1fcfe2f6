/** The id by which the document, counts and conditions name a step. */
import { useState } from "react";
import { useEditor, useJourney } from "../editor/store";
import { isId, renameStep } from "../journey/edits";
import { TextField } from "../ui/fields/TextField";

export function StepId({ id }: { id: string }) {
  const journey = useJourney();
  const [draft, setDraft] = useState(id);
  const isTaken = draft !== id && journey !== null && Object.hasOwn(journey.steps, draft);
  const rename = () => {
    if (draft === id) return;
    if (isId(draft) && !isTaken) {
      useEditor.getState().edit("Change id", (now) => renameStep(now, id, draft));
    } else setDraft(id);
  };
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
                ? "Names the step in the file and in its counts. Once published, a new id begins with new counts."
                : "A small letter, then small letters, digits, - or _."
          }
        />
      </form>
    </details>
  );
}
