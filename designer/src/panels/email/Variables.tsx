/** What a mail names, and what of it this person has not. */
import type { VariableShape } from "../../api/api.gen";

export function Variables({ variables }: { variables: readonly VariableShape[] }) {
  if (variables.length === 0) return null;
  const missing = variables.filter(({ is_missing, is_needed }) => is_missing && is_needed);
  return (
    <div className="variables">
      <p>
        {missing.length === 0
          ? "This person has all that the mail needs."
          : `This person has no ${missing.map(({ name }) => name).join(", ")}: their mail would fail. Give it a default: {{ name | default("there") }}.`}
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
