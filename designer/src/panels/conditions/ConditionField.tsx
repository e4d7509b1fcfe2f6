/** A condition of any depth, or none yet. */
import { blankCondition, type ConditionType } from "../../journey/conditions";
import type { Condition } from "../../journey/journey.gen";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { ConditionEditor } from "./ConditionEditor";
import { joined, simplified } from "./edits";
import "./conditions.css";

/** What conditions about people may ask. */
export const ABOUT_PEOPLE: readonly ConditionType[] = ["attribute", "user_attribute", "context", "event", "message"];
/** What a condition about one event may ask. */
export const ABOUT_EVENT: readonly ConditionType[] = ["event_attribute"];

interface Props {
  label: string;
  condition: Condition | undefined;
  subjects: readonly ConditionType[];
  /** JSON Pointer of the condition. */
  pointer: string;
  /** What the button says while there is none. */
  addLabel: string;
  /** It cannot be taken away, only changed. */
  isRequired?: boolean;
  onChange: (condition: Condition | undefined, field?: string) => void;
}

export function ConditionField({ label, condition, subjects, pointer, addLabel, isRequired, onChange }: Props) {
  const blank = () => blankCondition(subjects[0] ?? "attribute");
  if (condition === undefined) {
    return (
      <div data-pointer={pointer}>
        <Button onClick={() => onChange(blank())}>
          <Icon name="plus" />
          {addLabel}
        </Button>
      </div>
    );
  }
  const isJoined = condition.type === "all" || condition.type === "any";
  return (
    <fieldset className="condition-field" aria-label={label} data-pointer={pointer}>
      <ConditionEditor
        condition={condition}
        subjects={subjects}
        pointer={pointer}
        depth={0}
        onChange={(next, field) => onChange(simplified(next), field)}
        onRemove={isRequired && !isJoined ? null : () => onChange(isRequired ? blank() : undefined)}
      />
      {condition.type !== "all" && condition.type !== "any" && (
        <div className="condition-add">
          <Button look="quiet" onClick={() => onChange(joined(condition, blank()))}>
            <Icon name="plus" />
            Add condition
          </Button>
        </div>
      )}
    </fieldset>
  );
}
