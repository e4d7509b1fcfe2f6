/** A text with suggestions. What is not suggested can be written all the same. */
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import "./Combobox.css";
import { Field, type FieldProps, type Ids } from "./Field";

export interface Suggested {
  value: string;
  /** Stands behind it, small: how many have it. */
  note?: string;
}

export interface ComboboxProps extends FieldProps {
  value: string;
  suggestions: readonly Suggested[];
  onChange: (value: string) => void;
  onBlur?: () => void;
  /** A suggestion was chosen, or Enter pressed; without it, choosing is a change. */
  onChoose?: (value: string) => void;
  placeholder?: string;
  /** The suggestions are not searched for what is typed. */
  showsAll?: boolean;
}

export function Combobox({
  value,
  suggestions,
  onChange,
  onBlur,
  onChoose,
  placeholder,
  showsAll,
  ...field
}: ComboboxProps) {
  const matching = showsAll ? suggestions : search(suggestions, value);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const isShown = isOpen && matching.length > 0;

  useLayoutEffect(() => {
    if (isShown) place(list.current, input.current);
    else if (list.current?.matches(":popover-open")) list.current.hidePopover();
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  useEffect(() => {
    if (!isShown) return;
    const follow = (event: Event) => {
      if (event.target !== list.current) place(list.current, input.current);
    };
    addEventListener("scroll", follow, true);
    return () => removeEventListener("scroll", follow, true);
  }, [isShown]);

  const choose = (chosen: string) => {
    setOpen(false);
    setActive(-1);
    if (onChoose) onChoose(chosen);
    else onChange(chosen);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const count = matching.length;
      setOpen(true);
      if (count > 0) setActive((at) => (at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count));
    } else if (event.key === "Enter") {
      const chosen = isShown ? matching[active]?.value : undefined;
      if (chosen !== undefined || onChoose) event.preventDefault();
      if (chosen !== undefined) choose(chosen);
      else onChoose?.(value);
      setOpen(false);
    } else if (event.key === "Escape" && isShown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const drawn = (ids: Ids) => (
    <>
      <input
        {...ids}
        ref={input}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        aria-expanded={isShown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${listId}-${active}` : undefined}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
          onBlur?.();
        }}
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        popover="manual"
        className="suggestions"
        // The field keeps the focus: leaving it would close the list before the click arrives.
        onPointerDown={(event) => event.preventDefault()}
      >
        {isShown &&
          matching.map((each, at) => (
            <div
              key={each.value}
              id={`${listId}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              onClick={() => choose(each.value)}
              onKeyDown={() => undefined}
            >
              <span>{each.value}</span>
              {each.note && <small>{each.note}</small>}
            </div>
          ))}
      </div>
    </>
  );
  return <Field {...field}>{drawn}</Field>;
}

const MOST = 50;

/** Those that begin with what is typed first, then those that have it inside. All of them when it is one of them: the author looks around. */
function search(suggestions: readonly Suggested[], typed: string): readonly Suggested[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "" || suggestions.some(({ value }) => value === typed)) return suggestions.slice(0, MOST);
  const having = suggestions.filter(({ value }) => value.toLowerCase().includes(wanted));
  const begins = ({ value }: Suggested) => value.toLowerCase().startsWith(wanted);
  return [...having.filter(begins), ...having.filter((each) => !begins(each))].slice(0, MOST);
}

/** Below the field, or above it where there is more room; nothing that scrolls cuts it off. */
function place(list: HTMLElement | null, input: HTMLElement | null): void {
  if (list === null || input === null) return;
  if (!list.matches(":popover-open")) list.showPopover();
  const field = input.getBoundingClientRect();
  const below = innerHeight - field.bottom - 8;
  const isAbove = below < 160 && field.top > below;
  list.style.left = `${field.left}px`;
  list.style.width = `${field.width}px`;
  list.style.maxHeight = `${Math.min(280, isAbove ? field.top - 8 : below)}px`;
  list.style.top = isAbove ? "auto" : `${field.bottom + 2}px`;
  list.style.bottom = isAbove ? `${innerHeight - field.top + 2}px` : "auto";
}
