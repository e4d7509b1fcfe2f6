/** What a comparison compares with: a field by the operator, and by the type of the attribute. */
import { sayValue } from "../../journey/conditions";
import { Combobox } from "../../ui/fields/Combobox";
import { DurationField } from "../../ui/fields/DurationField";
import { NumberField } from "../../ui/fields/NumberField";
import { type Option, SelectField } from "../../ui/fields/SelectField";
import { TextField } from "../../ui/fields/TextField";
import { asType, type Comparison, operandOf, type ValueType } from "./edits";
import type { KnownValue } from "./known";
import { ListField } from "./ListField";

export interface OperandProps {
  condition: Comparison;
  /** Null where nothing is known of the attribute. */
  type: ValueType | null;
  pointer: string;
  values: readonly KnownValue[];
  onChange: (value: unknown) => void;
}

const LABEL = { label: "Value", isLabelHidden: true } as const;

export function OperandField(props: OperandProps) {
  const { condition, pointer, onChange } = props;
  const { value } = condition;
  switch (operandOf(condition.op)) {
    case "nothing":
      return null;
    case "duration":
      return (
        <DurationField
          {...LABEL}
          pointer={pointer}
          value={typeof value === "string" ? value : ""}
          onChange={onChange}
        />
      );
    case "number":
      return (
        <NumberField {...LABEL} pointer={pointer} value={typeof value === "number" ? value : 0} onChange={onChange} />
      );
    case "date": {
      const text = typeof value === "string" ? value : "";
      // An instant is more than a calendar can show: it stays a text.
      const type = text.includes("T") ? "text" : "date";
      return <TextField {...LABEL} type={type} pointer={pointer} value={text} onChange={onChange} />;
    }
    case "list":
      return <ListField {...props} />;
    case "text":
      return <SuggestedText {...props} />;
    case "scalar":
      return <ScalarField {...props} />;
  }
}

const YES_NO: readonly Option<"true" | "false">[] = [
  { value: "true", label: "yes" },
  { value: "false", label: "no" },
];
type Plain = "text" | "number" | "boolean";
const PLAIN: readonly Option<Plain>[] = [
  { value: "text", label: "a text" },
  { value: "number", label: "a number" },
  { value: "boolean", label: "yes or no" },
];

function ScalarField(props: OperandProps) {
  const { condition, type, pointer, onChange } = props;
  const { value } = condition;
  const shown: Plain = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
  const field =
    shown === "number" ? (
      <NumberField {...LABEL} pointer={pointer} value={typeof value === "number" ? value : 0} onChange={onChange} />
    ) : shown === "boolean" ? (
      <SelectField
        {...LABEL}
        pointer={pointer}
        value={value === true ? "true" : "false"}
        options={YES_NO}
        onChange={(next) => onChange(next === "true")}
      />
    ) : (
      <SuggestedText {...props} />
    );
  // Where the type is known, the field is of that type already; a value of another one can be put right.
  if (type !== null && (type === "date" ? "text" : type) === shown) return field;
  return (
    <div className="operand-typed">
      {field}
      <SelectField
        label="Type of the value"
        isLabelHidden
        value={shown}
        options={PLAIN}
        onChange={(next) => onChange(asType(next === "text" && value === 0 ? "" : value, next))}
      />
    </div>
  );
}

function SuggestedText({ condition, pointer, values, onChange }: OperandProps) {
  return (
    <Combobox
      {...LABEL}
      pointer={pointer}
      placeholder="value"
      value={typeof condition.value === "string" ? condition.value : sayValue(condition.value)}
      suggestions={suggestionsOf(values)}
      onChange={onChange}
    />
  );
}

/** Values that people have, most frequent first. */
export function suggestionsOf(values: readonly KnownValue[]) {
  return values.flatMap(({ value, count }) =>
    typeof value === "string" || typeof value === "number"
      ? [{ value: String(value), note: count.toLocaleString("en") }]
      : [],
  );
}
