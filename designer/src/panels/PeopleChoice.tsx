/** What becomes of the people inside when a new version is published. */
import { titleIn } from "../editor/naming";
import type { Journey } from "../journey/journey.gen";

interface Props {
  inside: number;
  live: number;
  /** People at steps that go, by step id. */
  stranded: readonly (readonly [string, number])[];
  /** The live version's document: it has the names of those steps. */
  before: Journey | null;
  value: "finish" | "exit";
  onChange: (value: "finish" | "exit") => void;
}

export function PeopleChoice({ inside, live, stranded, before, value, onChange }: Props) {
  const count = inside.toLocaleString("en");
  const people = inside === 1 ? "The one person inside" : `The ${count} people inside`;
  if (inside === 0) return null;
  const options = [
    {
      value: "finish",
      title: `${people} ${inside === 1 ? "finishes" : "finish"} as they began`,
      says: `They stay on the version they are on. New people take version ${live + 1}.`,
    },
    {
      value: "exit",
      title: `${people} ${inside === 1 ? "leaves" : "leave"} now`,
      says: "Their passage ends, and their mail that waits is cancelled.",
    },
  ] as const;
  return (
    <fieldset className="people-choice">
      <legend>
        <h3>People inside</h3>
      </legend>
      {options.map((option) => (
        <label key={option.value} data-checked={value === option.value || undefined}>
          <input type="radio" name="people" checked={value === option.value} onChange={() => onChange(option.value)} />
          <span>
            <b>{option.title}</b>
            <small>{option.says}</small>
          </span>
        </label>
      ))}
      {stranded.length > 0 && (
        <p className="panel-quiet">
          At steps that go: {stranded.map(([id, number]) => `${number} at “${titleIn(id, before)}”`).join(", ")}. Those
          who finish on version {live} pass through them as before.
        </p>
      )}
    </fieldset>
  );
}
