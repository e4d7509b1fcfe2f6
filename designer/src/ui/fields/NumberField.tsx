/** A number, with its unit behind it. */
import { readNumber } from "../../journey/numbers";
import { Field, type FieldProps } from "./Field";
import { useTyped } from "./typed";

interface Props extends FieldProps {
  value: number;
  onChange: (value: number) => void;
  unit?: string;
  minimum?: number | null;
  maximum?: number | null;
  /** How much an arrow key changes; whole numbers unless it is a fraction. */
  step?: number;
}

export function NumberField({ value, onChange, unit, minimum, maximum, step = 1, ...field }: Props) {
  const typed = useTyped(value, { say: String, read: readNumber, onChange });
  return (
    <Field {...field} fault={typed.isLeft ? `Write a number, of 15 digits at most. It is still ${value}.` : undefined}>
      {(ids) => (
        <div className="number">
          <input
            {...ids}
            type="number"
            inputMode="decimal"
            step={step}
            {...(minimum == null ? {} : { min: minimum })}
            {...(maximum == null ? {} : { max: maximum })}
            value={typed.value}
            onChange={typed.onChange}
            onBlur={typed.onBlur}
          />
          {unit && <span>{unit}</span>}
        </div>
      )}
    </Field>
  );
}
