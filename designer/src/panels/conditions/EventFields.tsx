/** Whether something happened: which event, how often, how lately, and with what. */
import type { Condition, EventCondition } from "../../journey/journey.gen";
import { patched } from "../../steps/patched";
import { DurationField } from "../../ui/fields/DurationField";
import { NumberField } from "../../ui/fields/NumberField";
import { type Option, SelectField } from "../../ui/fields/SelectField";
import { ABOUT_EVENT, ConditionField } from "./ConditionField";
import { EventName } from "./EventName";

interface Props {
  condition: EventCondition;
  isNot: boolean;
  pointer: string;
  onChange: (condition: Condition, field?: string, isDenied?: boolean) => void;
}

type Window = "since" | "within";
const HAPPENED: readonly Option<"yes" | "no">[] = [
  { value: "yes", label: "happened" },
  { value: "no", label: "did not happen" },
];
const WINDOWS: readonly Option<Window>[] = [
  { value: "since", label: "since they came in" },
  { value: "within", label: "within the last" },
];

export function EventFields({ condition, isNot, pointer, onChange }: Props) {
  const { count = 1, within } = condition;
  return (
    <div className="comparison">
      <EventName
        label="Name of the event"
        isLabelHidden
        pointer={`${pointer}/event`}
        value={condition.event}
        onChange={(event) => onChange({ ...condition, event }, "event")}
      />
      <div className="comparison-line">
        <SelectField
          label="Whether it happened"
          isLabelHidden
          value={isNot ? "no" : "yes"}
          options={HAPPENED}
          onChange={(next) => onChange(condition, undefined, next === "no")}
        />
        <NumberField
          label="At least so often"
          isLabelHidden
          unit={count === 1 ? "time or more" : "times or more"}
          minimum={1}
          pointer={`${pointer}/count`}
          value={count}
          onChange={(next) => {
            const times = Math.max(1, Math.round(next));
            onChange(patched(condition, { count: times === 1 ? undefined : times }), "count");
          }}
        />
      </div>
      <div className="comparison-line" data-alone={within === undefined || undefined}>
        <SelectField
          label="When"
          isLabelHidden
          pointer={`${pointer}/since`}
          value={within === undefined ? "since" : "within"}
          options={WINDOWS}
          onChange={(next) =>
            onChange(
              next === "since"
                ? patched(condition, { within: undefined, since: "enrolled" })
                : patched(condition, { within: "P7D", since: undefined }),
            )
          }
        />
        {within !== undefined && (
          <DurationField
            label="How long ago at most"
            isLabelHidden
            pointer={`${pointer}/within`}
            value={within}
            onChange={(next) => onChange({ ...condition, within: next }, "within")}
          />
        )}
      </div>
      <ConditionField
        label="Only such events"
        addLabel="Only if the event’s …"
        condition={condition.where}
        subjects={ABOUT_EVENT}
        pointer={`${pointer}/where`}
        onChange={(where, field) => onChange(patched(condition, { where }), field && `where/${field}`)}
      />
    </div>
  );
}
