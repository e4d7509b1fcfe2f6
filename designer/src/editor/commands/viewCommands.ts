/** Commands that take back, select, and change what one looks at. */
import { goTo } from "../../canvas/pointing";
import { look } from "../../canvas/view";
import { order } from "../../journey/tree";
import { goWith } from "../../routes";
import { nextScheme } from "../../styles/scheme";
import { say } from "../../ui/Said";
import { nextProblem } from "../checking";
import { openSheet } from "../desk";
import { isOutline } from "../drawing";
import { type Command, hasSteps } from "./command";

export const EDIT_COMMANDS: readonly Command[] = [
  {
    id: "undo",
    title: "Undo",
    icon: "undo",
    keys: ["Mod+Z"],
    group: "Edit",
    when: ({ editor }) => !editor.isReadOnly && (editor.history?.past.length ?? 0) > 0,
    perform: ({ editor }) => {
      say(`Undone: ${editor.history?.past.at(-1)?.label}`);
      editor.undo();
    },
  },
  {
    id: "redo",
    title: "Redo",
    icon: "redo",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    group: "Edit",
    when: ({ editor }) => !editor.isReadOnly && (editor.history?.future.length ?? 0) > 0,
    perform: ({ editor }) => {
      say(`Done again: ${editor.history?.future[0]?.label}`);
      editor.redo();
    },
  },
  {
    id: "select-all",
    title: "Select all steps",
    keys: ["Mod+A"],
    group: "Edit",
    perform: ({ editor, journey }) => editor.select({ steps: order(journey), way: null }),
  },
  {
    id: "deselect",
    title: "Select nothing",
    keys: ["Escape"],
    group: "Edit",
    when: ({ selection }) => selection.steps.length > 0 || selection.way !== null,
    perform: ({ editor }) => editor.select({ steps: [], way: null }),
  },
];

export const VIEW_COMMANDS: readonly Command[] = [
  {
    id: "find",
    title: "Find a step…",
    words: ["search"],
    icon: "search",
    keys: ["Mod+F"],
    group: "View",
    perform: () => openSheet({ kind: "palette", find: "steps" }),
  },
  {
    id: "fit",
    title: "Show the whole journey",
    words: ["zoom", "fit"],
    icon: "fit",
    keys: ["1"],
    group: "View",
    perform: () => look((view) => view.fit()),
  },
  {
    id: "fit-selection",
    title: "Show what is selected",
    words: ["zoom", "fit"],
    keys: ["2"],
    group: "View",
    when: hasSteps,
    perform: ({ selection }) => look((view) => view.fitSteps(selection.steps)),
  },
  {
    id: "actual-size",
    title: "Actual size",
    words: ["zoom", "100"],
    keys: ["0"],
    group: "View",
    perform: () => look((view) => view.zoomTo(1)),
  },
  {
    id: "zoom-in",
    title: "Zoom in",
    icon: "plus",
    keys: ["+", "="],
    group: "View",
    perform: () => look((view) => view.zoomBy(1.25)),
  },
  {
    id: "zoom-out",
    title: "Zoom out",
    icon: "minus",
    keys: ["-"],
    group: "View",
    perform: () => look((view) => view.zoomBy(1 / 1.25)),
  },
  {
    id: "outline",
    title: "Outline or canvas",
    words: ["tree", "list", "graph"],
    icon: "list",
    keys: ["O"],
    group: "View",
    perform: () => goWith({ draw: isOutline() ? "canvas" : "outline" }),
  },
  {
    id: "json",
    title: "JSON",
    words: ["source", "code", "document"],
    icon: "braces",
    keys: ["J"],
    group: "View",
    perform: () => toggle("json"),
  },
  {
    id: "problems",
    title: "Problems",
    words: ["errors", "warnings", "check"],
    icon: "warn",
    keys: ["P"],
    group: "View",
    perform: () => toggle("problems"),
  },
  { id: "next-problem", title: "Next problem", keys: ["F8"], group: "View", perform: () => reveal(nextProblem(1)) },
  {
    id: "last-problem",
    title: "Previous problem",
    keys: ["Shift+F8"],
    group: "View",
    perform: () => reveal(nextProblem(-1)),
  },
  {
    id: "scheme",
    title: "Light or dark",
    words: ["theme", "mode", "night"],
    icon: "moon",
    group: "View",
    perform: nextScheme,
  },
];

/** Open a panel beside the canvas, or go back to what is selected. */
export function toggle(panel: string): void {
  goWith({ panel: new URLSearchParams(location.search).get("panel") === panel ? "" : panel });
}

function reveal(problem: { step_id: string | null } | null): void {
  if (problem?.step_id) goTo({ step: problem.step_id });
}
