/** One of several, from a list. */
import { Field, type FieldProps } from "./Field";

export interface Option<V extends string> {
  value: V;
  label: string;
  /** Options of one group stand together under its name. */
  group?: string;
}

interface Props<V extends string> extends FieldProps {
  value: V;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
}

export function SelectField<V extends string>({ value, options, onChange, ...field }: Props<V>) {
  const groups = [...new Set(options.map(({ group }) => group))];
  return (
    <Field {...field}>
      {(ids) => (
        <select
          {...ids}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {groups.map((group) => {
            const inside = options.filter((option) => option.group === group).map(drawn);
            return group === undefined ? (
              inside
            ) : (
              <optgroup key={group} label={group}>
                {inside}
              </optgroup>
            );
          })}
        </select>
      )}
    </Field>
  );
}

function drawn({ value, label }: Option<string>) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  );
}
