/** What lies open above the canvas. */
import { later } from "../ui/later";
import { MenuAt } from "../ui/Menu";
import { selectionNow } from "./adding";
import { choicesOf, STEP_CHOICES } from "./commands";
import { closeSheet, useDesk } from "./desk";

const CommandPalette = later(async () => (await import("../ui/CommandPalette")).CommandPalette, { isSoon: true });
const RemovalDialog = later(async () => (await import("./RemovalDialog")).RemovalDialog, { isSoon: true });
const StepPicker = later(async () => (await import("../canvas/StepPicker")).StepPicker, { isSoon: true });
const ShortcutsDialog = later(async () => (await import("./ShortcutsDialog")).ShortcutsDialog);

export function Sheets() {
  const sheet = useDesk((state) => state.sheet);
  if (sheet === null) return null;
  if (sheet.kind === "palette") return <CommandPalette find={sheet.find} />;
  if (sheet.kind === "shortcuts") return <ShortcutsDialog />;
  if (sheet.kind === "removal") return <RemovalDialog stepId={sheet.stepId} />;
  if (sheet.kind === "picker") return <StepPicker key={sheet.way} way={sheet.way} at={sheet.at} />;
  const choices = choicesOf(selectionNow().way === null ? STEP_CHOICES : WAY_CHOICES);
  return <MenuAt label="What can be done here" x={sheet.x} y={sheet.y} choices={choices} onClose={closeSheet} />;
}

const WAY_CHOICES = ["add", "paste", "|fit"];
