import { Combobox, type ComboboxProps } from "../../ui/fields/Combobox";
import { attributesOf, type Subject, useKnown } from "./known";

interface Props extends Omit<ComboboxProps, "suggestions"> {
  subject: Subject;
  /** Those of this type come first. */
  type?: string;
}

/** The name of an attribute; those that people have are suggested. */
export function AttributeName({ subject, type, ...field }: Props) {
  const known = useKnown();
  const found = attributesOf(known, subject);
  const first = found.filter((each) => each.type === type);
  const rest = found.filter((each) => each.type !== type);
  const suggestions = [...first, ...rest].map(({ name, type, count }) => ({
    value: name,
    note: `${type} · ${count.toLocaleString("en")}`,
  }));
  return <Combobox {...field} suggestions={suggestions} />;
}
