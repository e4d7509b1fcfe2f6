/** A line of text, or several. */
import { Field, type FieldProps } from "./Field";

interface Props extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  maxLength?: number | null;
  type?: "text" | "email" | "date" | "time" | "datetime-local";
  hasLines?: boolean;
}

export function TextField({ value, onChange, placeholder, maxLength, type = "text", hasLines, ...field }: Props) {
  const shared = { value, placeholder, ...(maxLength ? { maxLength } : {}) };
  return (
    <Field {...field}>
      {(ids) =>
        hasLines ? (
          <textarea {...ids} {...shared} rows={2} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <input
            {...ids}
            {...shared}
            type={type}
            autoComplete="off"
            spellCheck={type === "text" ? undefined : false}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
