/** Everything an author can do in the editor, once: toolbar, menus, palette, shortcuts and their help are made from this list. */
import type { Choice } from "../ui/Menu";
import { type Command, situation } from "./commands/command";
import { HELP_COMMANDS, JOURNEY_COMMANDS } from "./commands/journeyCommands";
import { STEP_COMMANDS } from "./commands/stepCommands";
import { EDIT_COMMANDS, VIEW_COMMANDS } from "./commands/viewCommands";
import { sayKeys } from "./keys";

export type { Command } from "./commands/command";

export const COMMANDS: readonly Command[] = [
  ...STEP_COMMANDS,
  ...EDIT_COMMANDS,
  ...VIEW_COMMANDS,
  ...JOURNEY_COMMANDS,
  ...HELP_COMMANDS,
];

const BY_ID: ReadonlyMap<string, Command> = new Map(COMMANDS.map((command) => [command.id, command]));

export function canPerform(command: Command): boolean {
  const now = situation();
  return now !== null && (command.when?.(now) ?? true);
}

/** Do it, if it can be done now; gives back whether it could. */
export function perform(id: string): boolean {
  const command = BY_ID.get(id);
  const now = situation();
  if (command === undefined || now === null || command.when?.(now) === false) return false;
  command.perform(now);
  return true;
}

/** Commands as choices of a menu; `|` before an id sets it apart from what is above. */
export function choicesOf(ids: readonly string[]): Choice[] {
  return ids.flatMap((written): Choice[] => {
    const command = BY_ID.get(written.replace("|", ""));
    if (command === undefined) return [];
    const { id, title, icon, keys } = command;
    return [
      {
        id,
        title,
        ...(icon && { icon }),
        ...(keys?.[0] && { keys: sayKeys(keys[0]) }),
        isFirst: written.startsWith("|"),
        isDisabled: !canPerform(command),
        isDanger: id === "delete",
        perform: () => perform(id),
      },
    ];
  });
}

/** What can be done with the steps that are selected. */
export const STEP_CHOICES = [
  "add",
  "|duplicate",
  "copy",
  "cut",
  "paste",
  "|move-up",
  "move-down",
  "branch-left",
  "branch-right",
  "swap",
  "select-branch",
  "|delete",
];

/** A title for a button, with the keys: "Undo (Ctrl+Z)". */
export function hintOf(id: string): string {
  const command = BY_ID.get(id);
  const keys = command?.keys?.[0];
  return command ? `${command.title}${keys ? ` (${sayKeys(keys)})` : ""}` : "";
}
