import type { PanelProps } from "../../steps/kind";
import { formOf, type WaitForm, withForm } from "../../steps/wait.edits";
import { ChoiceField } from "../../ui/fields/ChoiceField";
import type { Option } from "../../ui/fields/SelectField";
import { editStep } from "../editing";
import { ForFields, UntilAttributeFields, UntilFields, UntilLocalFields } from "./WaitForms";

const FORMS: readonly Option<WaitForm>[] = [
  { value: "for", label: "A while" },
  { value: "until_attribute", label: "Their date" },
  { value: "until_local", label: "Time of day" },
  { value: "until", label: "A date" },
];

const FIELDS = {
  for: ForFields,
  until: UntilFields,
  until_attribute: UntilAttributeFields,
  until_local: UntilLocalFields,
} as const;

/** How long people stand here. */
export function WaitPanel({ id, step }: PanelProps<"wait">) {
  const form = formOf(step);
  const Fields = FIELDS[form];
  return (
    <>
      <ChoiceField
        label="Wait for"
        value={form}
        options={FORMS}
        onChange={(next) => editStep(id, "Change wait", withForm(step, next, new Date()))}
      />
      <Fields key={form} id={id} step={step} />
    </>
  );
}
