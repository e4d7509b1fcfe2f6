/** What stands in a field while it is typed in: the text is the author's until it is left, even where it means nothing yet. */
import { useState } from "react";

export interface Typed {
  value: string;
  onChange: (event: { target: { value: string } }) => void;
  onBlur: () => void;
  /** What stands there cannot be read. */
  isUnread: boolean;
  /** It was left like that: the document goes on with what was there before. */
  isLeft: boolean;
}

interface Draft<T> {
  text: string;
  /** What the document had when the field was left. */
  left: { value: T } | null;
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
  const [kept, setKept] = useState<Draft<T> | null>(null);
  // What was undone or changed elsewhere meanwhile is newer than what was left.
  const draft = kept?.left && kept.left.value !== value ? null : kept;
  const isUnread = draft !== null && read(draft.text) === null;
  return {
    value: draft?.text ?? say(value),
    onChange: ({ target }) => {
      setKept({ text: target.value, left: null });
      const next = read(target.value);
      if (next !== null && next !== value) onChange(next);
    },
    onBlur: () => setKept(isUnread ? { text: draft.text, left: { value } } : null),
    isUnread,
    isLeft: isUnread && draft.left !== null,
  };
}
