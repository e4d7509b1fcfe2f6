/** Making a version the draft again. */
import type { VersionShape } from "../api/api.gen";
import { get } from "../api/client";
import { sayDone } from "../editor/adding";
import { readDraft, writeDraft } from "../editor/draft";
import { sayFailure } from "../editor/standing";
import { useEditor } from "../editor/store";
import { formatJourney } from "../journey/format";
import { isJourney } from "../journey/shape";
import { go, pathTo } from "../routes";
import { notify } from "../ui/Notices";

/** Replace the draft by a version. In the open draft it is an edit like any other; elsewhere the draft is saved anew, unless it was changed meanwhile. */
export async function restore(id: string, number: number): Promise<void> {
  try {
    const version = await get<VersionShape>(`/v1/journeys/${id}/versions/${number}`);
    const journey: unknown = version.document;
    if (!isJourney(journey)) throw new Error("unknown shape");
    const editor = useEditor.getState();
    if (editor.journeyId === id && !editor.isReadOnly) {
      editor.edit(`Restore version ${number}`, () => ({ journey, select: { steps: [], way: null } }));
      sayDone(`The draft is version ${number} again.`);
      return;
    }
    const before = await readDraft(id);
    const saved = await writeDraft(id, formatJourney(journey), { etag: before?.etag ?? null });
    go(pathTo({ page: "journey", id }));
    notify({
      text: `The draft is version ${number} again.`,
      action: {
        label: "Undo",
        perform: () => {
          writeDraft(id, before?.source ?? "", { etag: saved.etag })
            .then(() => location.reload())
            .catch((error: unknown) => notify({ text: sayFailure(error) }));
        },
      },
    });
  } catch (error) {
    notify({ text: sayFailure(error) });
  }
}
