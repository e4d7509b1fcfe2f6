import { Combobox, type ComboboxProps } from "../../ui/fields/Combobox";
import { useKnown } from "./known";

/** The name of an event; those that came lately are suggested. */
export function EventName(field: Omit<ComboboxProps, "suggestions">) {
  const { events } = useKnown();
  return (
    <Combobox
      placeholder="event"
      {...field}
      suggestions={events.map(({ name, count }) => ({ value: name, note: count.toLocaleString("en") }))}
    />
  );
}
