/** Names with values, as attributes and contexts are: a line each. Values are text, or numbers, yes/no and lists when written as JSON. */
import { useId, useRef, useState } from "react";
import { lostNumber } from "../../journey/numbers";
import { Button } from "../Button";
import { Icon } from "../Icon";
import "./PairsField.css";

export type Pairs = Readonly<Record<string, unknown>>;

interface Props {
  label: string;
  help?: string;
  value: Pairs;
  onChange: (value: Pairs) => void;
  /** Names worth offering. */
  names?: readonly string[];
}

/** More names than these are found while one types. */
const MOST_OFFERED = 6;

interface Line {
  name: string;
  text: string;
}

export function PairsField({ label, help, value, onChange, names = [] }: Props) {
  // Lines may be half written; what is whole goes up.
  const [lines, setLines] = useState<readonly Line[]>(() =>
    Object.entries(value).map(([name, inner]) => ({ name, text: textOf(inner) })),
  );
  const id = useId();
  const change = (next: readonly Line[]) => {
    setLines(next);
    onChange(
      Object.fromEntries(
        next
          .filter(({ name, text }) => name.trim() && text !== "")
          .map(({ name, text }) => [name.trim(), meaningOf(text)]),
      ),
    );
  };
  const set = (at: number, part: Partial<Line>) =>
    change(lines.map((line, index) => (index === at ? { ...line, ...part } : line)));
  const offered = names.filter((name) => !lines.some((line) => line.name === name)).slice(0, MOST_OFFERED);
  const place = useRef<HTMLFieldSetElement>(null);
  const focusLast = () =>
    requestAnimationFrame(() => {
      const values = place.current?.querySelectorAll<HTMLInputElement>(".pair input:nth-of-type(2)");
      values?.[values.length - 1]?.focus();
    });
  return (
    <fieldset
      ref={place}
      className="pairs"
      aria-labelledby={`${id}-label`}
      aria-describedby={help ? `${id}-help` : undefined}
    >
      <div className="field-head">
        <span id={`${id}-label`}>{label}</span>
        <Button
          look="quiet"
          aria-label={`Add to ${label}`}
          onClick={() => setLines([...lines, { name: "", text: "" }])}
        >
          <Icon name="plus" />
          Add
        </Button>
      </div>
      {lines.map((line, at) => (
        <div key={at} className="pair">
          <input
            aria-label="Name"
            placeholder="name"
            list={`${id}-names`}
            spellCheck={false}
            value={line.name}
            onChange={(event) => set(at, { name: event.target.value })}
          />
          <input
            aria-label={`Value of ${line.name || "it"}`}
            placeholder="value"
            spellCheck={false}
            value={line.text}
            onChange={(event) => set(at, { text: event.target.value })}
          />
          <Button
            look="quiet"
            aria-label={`Remove ${line.name || "this line"}`}
            onClick={() => change(lines.filter((_, index) => index !== at))}
          >
            <Icon name="close" />
          </Button>
        </div>
      ))}
      {offered.length > 0 && (
        <p className="offers">
          {offered.map((name) => (
            <Button
              key={name}
              aria-label={`Add ${name} to ${label}`}
              onClick={() => {
                setLines([...lines, { name, text: "" }]);
                focusLast();
              }}
            >
              <Icon name="plus" size={12} />
              {name}
            </Button>
          ))}
        </p>
      )}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </fieldset>
  );
}

/** What a text means: JSON where it is JSON that nobody would write as a text, else the text. */
export function meaningOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return lostNumber(text) === null ? value : text;
  } catch {
    return text;
  }
}

/** The text that means a value. */
export function textOf(value: unknown): string {
  return typeof value === "string" && typeof meaningOf(value) === "string" && meaningOf(value) === value
    ? value
    : JSON.stringify(value);
}
