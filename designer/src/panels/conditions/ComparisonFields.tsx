/** An attribute compared with something: name, operator and value. */
import { OPERATORS, type Operator } from "../../journey/conditions";
import type { Condition } from "../../journey/journey.gen";
import { type Option, SelectField } from "../../ui/fields/SelectField";
import { AttributeName } from "./AttributeName";
import { type Comparison, operatorsFor, type ValueType, withName, withOperator } from "./edits";
import { attributesOf, typeOf, useKnown } from "./known";
import { OperandField } from "./OperandField";

interface Props {
  condition: Comparison;
  isNot: boolean;
  pointer: string;
  /** The event whose attribute it is, where it is one's. */
  event?: string;
  onChange: (condition: Condition, field?: string, isDenied?: boolean) => void;
}

/** How an operator is denied; the others are offered only where the document has them denied. */
const DENIED: Partial<Record<Operator, string>> = {
  is: "is not",
  in: "is none of",
  contains: "does not contain",
  starts_with: "does not start with",
  ends_with: "does not end with",
  exists: "is not known",
};
/** Groups of operators, where the type of the attribute is not known. */
const TYPES = [
  ["text", "Text"],
  ["number", "Number"],
  ["date", "Date"],
] as const;

export function ComparisonFields({ condition, isNot, pointer, onChange }: Props) {
  const known = useKnown();
  const attribute = attributesOf(known, condition.type).find(({ name }) => name === condition.name);
  const type = typeOf(attribute);
  const put = (next: Comparison, field?: string) => onChange(next, field);
  return (
    <div className="comparison">
      <AttributeName
        label="Name of the attribute"
        isLabelHidden
        subject={condition.type}
        placeholder="name"
        pointer={`${pointer}/name`}
        value={condition.name}
        onChange={(name) => {
          const found = attributesOf(known, condition.type).find((each) => each.name === name);
          put(withName(condition, name, typeOf(found)), "name");
        }}
      />
      <div className="comparison-line" data-alone={condition.op === "exists" || undefined}>
        <SelectField
          label="Comparison"
          isLabelHidden
          pointer={`${pointer}/op`}
          value={keyOf(condition.op, isNot)}
          options={options(condition.op, isNot, type)}
          onChange={(key) => {
            const [denial, op] = readKey(key);
            onChange(withOperator(condition, op, type), undefined, denial);
          }}
        />
        <OperandField
          condition={condition}
          type={type}
          pointer={`${pointer}/value`}
          values={attribute?.values ?? []}
          onChange={(value) => put({ ...condition, value }, "value")}
        />
      </div>
    </div>
  );
}

type Key = Operator | `not ${Operator}`;

function keyOf(op: Operator, isNot: boolean): Key {
  return isNot ? `not ${op}` : op;
}

function readKey(key: Key): readonly [boolean, Operator] {
  const op = operatorsFor(null).find((each) => key === each || key === `not ${each}`) ?? "is";
  return [key !== op, op];
}

/** What can be chosen: what fits the type, what there is now, and common denials. Where nothing is known of the type, in groups. */
function options(op: Operator, isNot: boolean, type: ValueType | null): readonly Option<Key>[] {
  const fitting = operatorsFor(type);
  const shown = fitting.includes(op) ? fitting : [...fitting, op];
  return shown.flatMap((each): Option<Key>[] => {
    const group = type === null ? groupOf(each) : undefined;
    const said = DENIED[each];
    const isShown = said !== undefined || (isNot && each === op);
    const affirmed: Option<Key> = { value: each, label: OPERATORS[each], ...(group ? { group } : {}) };
    const denied: Option<Key> = {
      value: `not ${each}`,
      label: said ?? `not: ${OPERATORS[each]}`,
      ...(group ? { group } : {}),
    };
    return isShown ? [affirmed, denied] : [affirmed];
  });
}

function groupOf(op: Operator): string {
  const [only, second] = TYPES.filter(([type]) => operatorsFor(type).includes(op));
  return only !== undefined && second === undefined ? only[1] : "Any value";
}
