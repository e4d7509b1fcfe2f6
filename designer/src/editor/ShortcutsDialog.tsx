/** Every key there is. */
import { Dialog } from "../ui/Dialog";
import { COMMANDS } from "./commands";
import { closeSheet } from "./desk";
import { sayKeys } from "./keys";
import "./ShortcutsDialog.css";

/** Keys that are no commands: they move the focus on the canvas. */
const WALKING: readonly (readonly [string, readonly string[]])[] = [
  ["Along the journey", ["ArrowUp", "ArrowDown"]],
  ["Between branches", ["ArrowLeft", "ArrowRight"]],
  ["First, last step", ["Home", "End"]],
  ["Stop at every plus", ["Mod+ArrowUp", "Mod+ArrowDown"]],
  ["Select more", ["Shift+ArrowUp", "Shift+ArrowDown"]],
  ["Open a step's settings", ["Enter"]],
  ["Back to the card", ["Escape"]],
];

export function ShortcutsDialog() {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  return (
    <Dialog title="Keyboard shortcuts" size="large" onClose={closeSheet}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="shortcuts" aria-label="All shortcuts" tabIndex={0}>
        <Group title="On the canvas" lines={WALKING} />
        {groups.map((group) => (
          <Group
            key={group}
            title={group}
            lines={COMMANDS.flatMap((command) =>
              command.group === group && command.keys ? [[command.title, command.keys] as const] : [],
            )}
          />
        ))}
      </section>
    </Dialog>
  );
}

function Group({ title, lines }: { title: string; lines: readonly (readonly [string, readonly string[]])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {lines.map(([what, keys]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((combination) => (
                <kbd key={combination}>{sayKeys(combination)}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
