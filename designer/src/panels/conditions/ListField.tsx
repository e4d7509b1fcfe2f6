/** Several values, each to be taken out again. */
import { useState } from "react";
import { sayValue } from "../../journey/conditions";
import { readNumber } from "../../journey/numbers";
import { Combobox } from "../../ui/fields/Combobox";
import { Icon } from "../../ui/Icon";
import type { OperandProps } from "./OperandField";
import { suggestionsOf } from "./OperandField";

export function ListField({ condition, type, pointer, values, onChange }: OperandProps) {
  const [typed, setTyped] = useState("");
  const list: readonly unknown[] = Array.isArray(condition.value) ? condition.value : [];
  const isNumbers =
    type === "number" || (type === null && list.length > 0 && list.every((value) => typeof value === "number"));
  const add = (text: string) => {
    const plain = text.trim();
    const value = isNumbers ? readNumber(plain) : plain;
    // What is no number stays, to be put right.
    setTyped(value === null ? plain : "");
    if (value !== null && value !== "" && !list.includes(value)) onChange([...list, value]);
  };
  return (
    <div className="list-field">
      {list.length > 0 && (
        <ul>
          {list.map((value, at) => (
            <li key={String(value)}>
              {sayValue(value)}
              <button
                type="button"
                aria-label={`Remove ${sayValue(value)}`}
                onClick={() => onChange(list.filter((_, place) => place !== at))}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Combobox
        label="Add a value"
        isLabelHidden
        pointer={pointer}
        placeholder={list.length === 0 ? "value" : "another value"}
        value={typed}
        suggestions={suggestionsOf(values).filter(({ value }) => !list.map(String).includes(value))}
        onChange={(text) => (text.endsWith(",") ? add(text.slice(0, -1)) : setTyped(text))}
        onChoose={add}
        onBlur={() => add(typed)}
      />
    </div>
  );
}
