/** Copying, cutting and pasting steps by the clipboard's own events: they need no permission, and work on plain http. */
import { useEffect } from "react";
import { removeSteps, withBranches } from "../journey/edits";
import { notify } from "../ui/Notices";
import { nameOf, sayDone, wayForNew } from "./adding";
import { canEdit, type Situation, situation } from "./commands/command";

let fragments: typeof import("../journey/fragments") | null = null;
/** What was copied here last: for the menu, which may not read the clipboard. */
let copied: string | null = null;

export function hasCopied(): boolean {
  return copied !== null;
}

/** Fetch what copying needs. It comes with the journey, since the clipboard's events do not wait for anything. */
export async function readyClipboard(): Promise<void> {
  try {
    fragments ??= await import("../journey/fragments");
  } catch {
    // Without a network the rest of the editor goes on.
  }
}

export function useClipboard(): void {
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    document.addEventListener("copy", (event) => copy(event, false), { signal });
    document.addEventListener("cut", (event) => copy(event, true), { signal });
    document.addEventListener("paste", paste, { signal });
    // Without these, Chromium thinks that there is nothing to copy when no text is selected.
    for (const name of ["beforecopy", "beforecut"])
      document.addEventListener(name, (event) => isForSteps(event) && event.preventDefault(), { signal });
    return () => gone.abort();
  }, []);
}

/** Whether the event is meant for steps: not for a field, or text that is selected, unless the focus went on to a card since. */
function isForSteps(event: Event): boolean {
  const { target } = event;
  const isText =
    target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
  const isElsewhere = target instanceof Element && (target.closest("dialog, [popover]") || target.shadowRoot);
  const isOnCanvas = Boolean(document.activeElement?.closest(".editor-canvas"));
  return !isText && !isElsewhere && (isOnCanvas || (getSelection()?.isCollapsed ?? true));
}

function copy(event: ClipboardEvent, isCut: boolean): void {
  const now = situation();
  if (now === null || now.selection.steps.length === 0 || !isForSteps(event) || !event.clipboardData) return;
  if (fragments === null || (isCut && !canEdit(now))) return;
  const { editor, journey, selection } = now;
  // A fork goes with its branches, as when it is moved: cut alone, it would lose them.
  const ids = withBranches(journey, selection.steps);
  copied = fragments.writeFragment(fragments.copyFragment(journey, ids));
  event.clipboardData.setData("text/plain", copied);
  event.clipboardData.setData("application/json", copied);
  event.preventDefault();
  const what = nameOf(journey, ids);
  if (!isCut) {
    notify({ text: `Copied ${what}. Paste at a plus or after a step.` });
    return;
  }
  editor.edit(`Cut ${what}`, (old) => removeSteps(old, ids));
  sayDone(`Cut ${what}.`);
}

function paste(event: ClipboardEvent): void {
  const now = situation();
  if (now === null || !canEdit(now) || !isForSteps(event)) return;
  event.preventDefault();
  pasteText(now, event.clipboardData?.getData("text/plain") ?? "");
}

/** Paste what was copied here last. */
export function pasteCopied(now: Situation): void {
  if (copied !== null) pasteText(now, copied);
}

function pasteText({ editor, journey, selection }: Situation, text: string): void {
  if (fragments === null) return;
  const { readFragment, pasteFragment } = fragments;
  const read = readFragment(text);
  if ("reason" in read) {
    notify({ text: read.reason });
    return;
  }
  const way = wayForNew(journey, selection);
  const count = Object.keys(read.fragment.steps).length;
  let dropped = 0;
  editor.edit(count === 1 ? "Paste step" : `Paste ${count} steps`, (old) => {
    const change = pasteFragment(old, way, read.fragment);
    dropped = change.dropped;
    return change;
  });
  if (dropped > 0)
    notify({
      text: `${dropped === 1 ? "One way led" : `${dropped} ways led`} to steps that were not copied: ${dropped === 1 ? "it ends" : "they end"} here now.`,
    });
}
