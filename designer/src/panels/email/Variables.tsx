/** What a mail names, and what of it this person has not. */
import type { VariableShape } from "../../api/api.gen";

export function Variables({ variables }: { variables: readonly VariableShape[] }) {
  if (variables.length === 0) return null;
  const missing = missingOf(variables);
  return (
    <div className="variables">
      <p>
        {missing.length === 0
          ? "This person has all that the mail needs."
          : `This person has no ${missing.join(", ")}: their mail would fail. Give it a default: {{ name | default("there") }}.`}
      </p>
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
