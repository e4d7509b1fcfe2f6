/** What stands in a field while it is typed in: the text is the author's until it is left, even where it means nothing yet. */
import { useState } from "react";

export interface Typed {
  value: string;
  onChange: (event: { target: { value: string } }) => void;
  onBlur: () => void;
  /** What stands there cannot be read. */
  isUnread: boolean;
}

/** A text field for a value that is written in a form of its own. `read` gives null for what it cannot read. */
export function useTyped<T>(
  value: T,
  {
    say,
    read,
    onChange,
  }: { say: (value: T) => string; read: (text: string) => T | null; onChange: (value: T) => void },
): Typed {
  const [draft, setDraft] = useState<string | null>(null);
  return {
    value: draft ?? say(value),
    onChange: ({ target }) => {
      setDraft(target.value);
      const next = read(target.value);
      if (next !== null && next !== value) onChange(next);
    },
    onBlur: () => {
      if (draft !== null && read(draft) !== null) setDraft(null);
    },
    isUnread: draft !== null && read(draft) === null,
  };
}
