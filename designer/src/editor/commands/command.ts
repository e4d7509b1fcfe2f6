/** What a command is, and what it looks at. */
import type { Journey } from "../../journey/journey.gen";
import type { IconName } from "../../ui/Icon";
import { type EditorState, type Selection, useEditor } from "../store";

/** What a command looks at before it is offered, and works on. */
export interface Situation {
  editor: EditorState;
  journey: Journey;
  selection: Selection;
}

export interface Command {
  id: string;
  title: string;
  /** Other words to find it by. */
  words?: readonly string[];
  icon?: IconName;
  /** Combinations as `Mod+Shift+Z`; the first is the one that is shown. `Mod` is Ctrl, and Command on a Mac. */
  keys?: readonly string[];
  group: "Steps" | "Edit" | "View" | "Journey" | "Help";
  /** Whether it can be done now; always, unless it says otherwise. */
  when?: (now: Situation) => boolean;
  perform: (now: Situation) => void;
}

/** The open journey as commands see it; null while none is open. */
export function situation(): Situation | null {
  const editor = useEditor.getState();
  return editor.history && { editor, ...editor.history.present };
}

export function canEdit({ editor }: Situation): boolean {
  return !editor.isReadOnly;
}

export function hasSteps({ selection }: Situation): boolean {
  return selection.steps.length > 0;
}

export function canEditSteps(now: Situation): boolean {
  return canEdit(now) && hasSteps(now);
}

/** The step that was selected last. */
export function focused({ selection }: Situation): string {
  return selection.steps.at(-1) ?? "";
}
