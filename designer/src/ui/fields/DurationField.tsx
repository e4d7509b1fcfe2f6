/** A length of time as people say it, "2 days"; the document has it as ISO 8601. */
import { sayDuration } from "../../journey/durations";
import { readDuration } from "../../journey/typedDurations";
import { Combobox } from "./Combobox";
import type { FieldProps } from "./Field";
import { useTyped } from "./typed";

const USUAL = ["1 hour", "4 hours", "1 day", "2 days", "3 days", "1 week", "2 weeks", "30 days"];
const UNITS = ["minutes", "hours", "days", "weeks"];

interface Props extends FieldProps {
  value: string;
  onChange: (value: string) => void;
}

export function DurationField({ value, onChange, help, ...field }: Props) {
  const typed = useTyped(value, { say: (duration) => sayDuration(duration) ?? duration, read: readLength, onChange });
  const still = value === "" ? "" : ` It is still ${sayDuration(value)}.`;
  return (
    <Combobox
      {...field}
      value={typed.value}
      onChange={(text) => typed.onChange({ target: { value: text } })}
      onBlur={typed.onBlur}
      suggestions={suggest(typed.value).map((said) => ({ value: said }))}
      showsAll
      placeholder="2 days"
      fault={typed.isLeft ? `${sayWhy(typed.value)}${still}` : undefined}
      help={typed.isUnread && typed.value.trim() !== "" ? !typed.isLeft && sayWhy(typed.value) : help}
    />
  );
}

/** A length has no direction: what is before something is said elsewhere. */
function readLength(text: string): string | null {
  const duration = readDuration(text);
  return duration?.startsWith("-") ? null : duration;
}

function sayWhy(text: string): string {
  return /month|year/i.test(text)
    ? "Months and years are not all of one length: write 30 days, or 52 weeks."
    : "Write a length of time, such as 36 hours, 2 days or 1 week.";
}

/** A number alone is completed by units; else what is usual. */
function suggest(text: string): string[] {
  const amount = /^\s*(\d+)\s*\p{L}*\s*$/u.exec(text)?.[1];
  const isUsual = USUAL.includes(text.trim());
  if (amount === undefined || isUsual) return USUAL;
  return UNITS.map((unit) => `${amount} ${amount === "1" ? unit.slice(0, -1) : unit}`);
}
