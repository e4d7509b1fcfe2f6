/** A number, with its unit behind it. */
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
    <Field {...field} fault={typed.isLeft ? `Write a number. It is still ${value}.` : undefined}>
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

/** The number in a text; null where there is none. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) ? null : value;
}
