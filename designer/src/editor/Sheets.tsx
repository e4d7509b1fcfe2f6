/** What lies open above the canvas. */
import { StepPicker } from "../canvas/StepPicker";
import { CommandPalette } from "../ui/CommandPalette";
import { MenuAt } from "../ui/Menu";
import { selectionNow } from "./adding";
import { choicesOf } from "./commands";
import { closeSheet, useDesk } from "./desk";
import { RemovalDialog } from "./RemovalDialog";
import { ShortcutsDialog } from "./ShortcutsDialog";

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

const STEP_CHOICES = [
  "add",
  "|duplicate",
  "copy",
  "cut",
  "paste",
  "|move-up",
  "move-down",
  "swap",
  "select-branch",
  "|delete",
];
const WAY_CHOICES = ["add", "paste", "|fit"];
