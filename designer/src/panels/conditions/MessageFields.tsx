/** What became of the mail of an earlier step. */
import { useJourney } from "../../editor/store";
import type { Condition, MessageCondition } from "../../journey/journey.gen";
import { titleOf } from "../../steps/registry";
import { type Option, SelectField } from "../../ui/fields/SelectField";

interface Props {
  condition: MessageCondition;
  isNot: boolean;
  pointer: string;
  onChange: (condition: Condition, field?: string, isDenied?: boolean) => void;
}

type Outcome = MessageCondition["outcome"];
const OUTCOMES: readonly (readonly [Outcome, string, string])[] = [
  ["accepted", "was accepted", "was not accepted"],
  ["failed", "failed", "did not fail"],
  ["suppressed", "was suppressed", "was not suppressed"],
  ["unsubscribed", "led to an unsubscribe", "led to no unsubscribe"],
];

export function MessageFields({ condition, isNot, pointer, onChange }: Props) {
  const journey = useJourney();
  const steps = journey === null ? [] : Object.entries(journey.steps);
  const emails = steps.flatMap(([id, step]) =>
    step.type === "email" ? [{ value: id, label: titleOf(id, step) }] : [],
  );
  const isThere = emails.some(({ value }) => value === condition.step);
  const chosen: Option<string> = { value: condition.step, label: condition.step || "Choose an email" };
  return (
    <div className="comparison">
      <SelectField
        label="Email step"
        isLabelHidden
        pointer={`${pointer}/step`}
        value={condition.step}
        options={isThere ? emails : [chosen, ...emails]}
        onChange={(step) => onChange({ ...condition, step })}
      />
      <SelectField
        label="What became of it"
        isLabelHidden
        pointer={`${pointer}/outcome`}
        value={isNot ? `not ${condition.outcome}` : condition.outcome}
        options={OUTCOMES.flatMap(([outcome, said, denial]): Option<string>[] => [
          { value: outcome, label: said },
          { value: `not ${outcome}`, label: denial },
        ])}
        onChange={(key) => {
          const found = OUTCOMES.find(([outcome]) => key === outcome || key === `not ${outcome}`);
          if (found) onChange({ ...condition, outcome: found[0] }, undefined, key !== found[0]);
        }}
      />
    </div>
  );
}
