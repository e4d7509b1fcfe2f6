/** A field to search in, and what was found below it: the field keeps the focus, arrows choose. */
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Icon, type IconName } from "./Icon";
import "./PickList.css";

export interface Pick {
  id: string;
  title: string;
  /** A second line. */
  hint?: string;
  /** Other words to find it by. */
  words?: readonly string[];
  group?: string;
  icon?: IconName;
  /** Path data of an icon, with the hue of its family. */
  path?: string;
  hue?: string;
  /** How to do it by keyboard. */
  keys?: string;
  perform: () => void;
}

interface Props {
  label: string;
  placeholder: string;
  picks: readonly Pick[];
  /** Said when nothing is found. */
  empty: string;
  onPicked: () => void;
  footer?: ReactNode;
  /** Gives what was typed before this was there; the end of a line picks. */
  typed?: () => string;
}

export function PickList({ label, placeholder, picks, empty, onPicked, footer, typed }: Props) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = useMemo(() => search(picks, text), [picks, text]);
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => {
    list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  });
  const pick = (one: Pick | undefined) => {
    if (one === undefined) return;
    onPicked();
    one.perform();
  };
  const [isPicked, setPicked] = useState(false);
  const takeOver = useEffectEvent(() => {
    const [early = "", ...more] = typed?.().split("\n") ?? [];
    setText(early);
    setPicked(more.length > 0);
  });
  const pickFirst = useEffectEvent(() => pick(found[0]));
  // Not earlier: until the field is there to take them, keys are kept.
  useLayoutEffect(() => takeOver(), []);
  useEffect(() => {
    if (isPicked) pickFirst();
  }, [isPicked]);
  const type = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: chosen + 1,
      ArrowUp: chosen - 1,
      PageDown: chosen + 8,
      PageUp: chosen - 8,
    };
    const goal = moves[event.key];
    if (event.key === "Enter") pick(found[chosen]);
    else if (goal === undefined) return;
    else
      setAt(
        goal < 0
          ? goal === -1
            ? found.length - 1
            : 0
          : goal >= found.length
            ? goal === found.length
              ? 0
              : found.length - 1
            : goal,
      );
    event.preventDefault();
  };
  return (
    <div className="pick">
      <label className="pick-field">
        <Icon name="search" />
        <span className="visually-hidden">{label}</span>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={found[chosen] && `${id}-${chosen}`}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          // biome-ignore lint/a11y/noAutofocus: it was opened to type here
          autoFocus
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={type}
        />
      </label>
      <div ref={list} id={id} className="pick-list" role="listbox" aria-label={label} tabIndex={-1}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field
          <div
            key={one.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className="pick-line"
            data-hue={one.hue}
            data-group={one.group !== found[index - 1]?.group ? one.group : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => pick(one)}
          >
            <span className="pick-icon">
              {one.path ? <Icon path={one.path} /> : one.icon && <Icon name={one.icon} />}
            </span>
            <span className="pick-words">
              <span>{one.title}</span>
              {one.hint && <span className="pick-hint">{one.hint}</span>}
            </span>
            {one.keys && <span className="pick-keys">{one.keys}</span>}
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="pick-empty" role="status">
          {empty}
        </p>
      )}
      {footer}
    </div>
  );
}

/** Every word must be found; beginnings of the title come first, groups keep together. */
export function search(picks: readonly Pick[], text: string): readonly Pick[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return picks;
  const scored = picks.flatMap((pick) => {
    const title = pick.title.toLowerCase();
    const all = [title, pick.hint ?? "", ...(pick.words ?? []), pick.group ?? ""].join(" ").toLowerCase();
    if (!wanted.every((word) => all.includes(word))) return [];
    const first = wanted[0] ?? "";
    const rank = title.startsWith(first) ? 0 : title.includes(` ${first}`) ? 1 : title.includes(first) ? 2 : 3;
    return [{ pick, rank }];
  });
  const best = new Map<string, number>();
  for (const { pick, rank } of scored) best.set(pick.group ?? "", Math.min(rank, best.get(pick.group ?? "") ?? rank));
  const groupRank = (pick: Pick) => best.get(pick.group ?? "") ?? 0;
  const groups = [...new Set(picks.map(({ group }) => group ?? ""))];
  return scored
    .toSorted(
      (one, other) =>
        groupRank(one.pick) - groupRank(other.pick) ||
        groups.indexOf(one.pick.group ?? "") - groups.indexOf(other.pick.group ?? "") ||
        one.rank - other.rank,
    )
    .map(({ pick }) => pick);
}
