/** What a mail names, what of it this person has not, and a default for that. */
import { type FormEvent, useState } from "react";
import type { VariableShape } from "../../api/api.gen";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields/TextField";

interface Props {
  variables: readonly VariableShape[];
  onDefault: (name: string, value: string) => void;
}

export function Variables({ variables, onDefault }: Props) {
  const missing = missingOf(variables);
  if (variables.length === 0) return null;
  return (
    <div className="variables">
      <p>
        {missing.length === 0
          ? "This person has all that the mail needs."
          : `This person has no ${missing.join(", ")}: their mail would fail.`}
      </p>
      {missing.slice(0, 1).map((name) => (
        <DefaultField key={name} name={name} onDefault={onDefault} />
      ))}
      <ul aria-label="Variables of the mail">
        {variables.map(({ name, is_missing, is_needed }) => (
          <li key={name} data-state={!is_missing ? "there" : is_needed ? "missing" : "absent"}>
            <code>{name}</code>
            {is_missing && <span>{is_needed ? "missing" : "not there, has a default"}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What everybody gets who has none. */
function DefaultField({ name, onDefault }: { name: string; onDefault: Props["onDefault"] }) {
  const [value, setValue] = useState("");
  const give = (event: FormEvent) => {
    event.preventDefault();
    onDefault(name, value);
  };
  return (
    <form className="variables-default" onSubmit={give}>
      <TextField
        label={`Instead of ${name}`}
        isLabelHidden
        placeholder={`Instead of ${name}`}
        value={value}
        onChange={setValue}
      />
      <Button type="submit" disabled={value === ""}>
        Use as default
      </Button>
    </form>
  );
}

/** The names of what a mail to this person would fail for. */
export function missingOf(variables: readonly VariableShape[]): readonly string[] {
  return variables.flatMap(({ name, is_missing, is_needed }) => (is_missing && is_needed ? [name] : []));
}

/** A line of the preview, in which names stand for what is missing. */
export function Marked({ text, missing }: { text: string; missing: readonly string[] }) {
  if (missing.length === 0) return text;
  const parts = text.split(new RegExp(`(${missing.map((name) => name.replaceAll(".", "\\.")).join("|")})`));
  return parts.map((part, at) => (missing.includes(part) ? <mark key={at}>{part}</mark> : part));
}
