/** A button that opens a list of choices, and the same list at a point. The browser's popover places and closes it. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import "./Menu.css";

export interface Choice {
  id: string;
  title: string;
  icon?: IconName;
  /** How to do it by keyboard, to be read only. */
  keys?: string;
  isDisabled?: boolean;
  /** Cannot be taken back. */
  isDanger?: boolean;
  /** Stands apart from what is above it. */
  isFirst?: boolean;
  perform: () => void;
}

interface Props {
  /** What the button is called. */
  label: string;
  /** What the button shows, where that is not its label. */
  children?: ReactNode;
  choices: readonly Choice[];
  look?: "plain" | "primary" | "quiet";
  className?: string;
}

export function Menu({ label, children, choices, look = "quiet", className = "" }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  return (
    <>
      <Button
        look={look}
        className={className}
        popoverTarget={id}
        aria-haspopup="menu"
        {...(children ? { "aria-label": label, title: label } : {})}
      >
        {children ?? (
          <>
            {label}
            <Icon name="down" size={12} />
          </>
        )}
      </Button>
      <div
        ref={list}
        id={id}
        className="menu"
        popover="auto"
        role="menu"
        aria-label={label}
        onToggle={focusFirst}
        onKeyDown={walk}
      >
        <Choices choices={choices} onDone={() => list.current?.hidePopover()} />
      </div>
    </>
  );
}

/** The list where something was clicked with the other mouse button. */
export function MenuAt(props: {
  label: string;
  x: number;
  y: number;
  choices: readonly Choice[];
  onClose: () => void;
}) {
  const { label, x, y, choices, onClose } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = list.current;
    if (menu === null) return;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
  }, [x, y]);
  return (
    <div
      ref={list}
      className="menu menu-at"
      popover="auto"
      role="menu"
      aria-label={label}
      onToggle={(event) => {
        focusFirst(event);
        if (event.newState === "closed") onClose();
      }}
      onKeyDown={walk}
    >
      <Choices choices={choices} onDone={() => list.current?.hidePopover()} />
    </div>
  );
}

function Choices({ choices, onDone }: { choices: readonly Choice[]; onDone: () => void }) {
  return choices.map((choice) => (
    <button
      key={choice.id}
      type="button"
      role="menuitem"
      className="choice"
      tabIndex={-1}
      disabled={choice.isDisabled}
      data-danger={choice.isDanger || undefined}
      data-first={choice.isFirst || undefined}
      onClick={() => {
        // First closed: what follows may take the focus elsewhere.
        onDone();
        choice.perform();
      }}
    >
      {choice.icon ? <Icon name={choice.icon} /> : <span className="choice-gap" />}
      <span>{choice.title}</span>
      {choice.keys && <span className="choice-keys">{choice.keys}</span>}
    </button>
  ));
}

function choicesIn(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
}

function focusFirst(event: { newState: string; currentTarget: HTMLElement }): void {
  if (event.newState === "open") choicesIn(event.currentTarget)[0]?.focus();
}

/** Arrows, Home, End and first letters. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const choices = choicesIn(event.currentTarget);
  const here = choices.findIndex((choice) => choice.matches(":focus"));
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const after = [...choices.slice(here + 1), ...choices.slice(0, here + 1)];
  const goal: HTMLElement | undefined =
    event.key === "ArrowDown"
      ? choices[(here + 1) % choices.length]
      : event.key === "ArrowUp"
        ? choices.at(here <= 0 ? -1 : here - 1)
        : event.key === "Home"
          ? choices[0]
          : event.key === "End"
            ? choices.at(-1)
            : isLetter
              ? after.find((choice) => choice.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))
              : undefined;
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (event.key !== "Escape") event.stopPropagation();
  if (goal === undefined) return;
  event.preventDefault();
  goal.focus();
}
