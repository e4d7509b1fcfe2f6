/** What was, what is, and what was undone: pure, for any value. */

/** How many edits can be taken back. */
const DEPTH = 200;

/** One state and the edit that led away from it. */
interface Entry<T> {
  /** What the edit is called in the undo button: "Insert wait". */
  label: string;
  /** Edits with one key are taken back together: typing in one field. */
  key: string | null;
  state: T;
}

export interface History<T> {
  past: readonly Entry<T>[];
  present: T;
  future: readonly Entry<T>[];
}

/** A history that knows one state. */
export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Note an edit; one with the same `key` as the last becomes part of it. */
export function record<T>(history: History<T>, label: string, state: T, key: string | null = null): History<T> {
  const isSame = key !== null && history.future.length === 0 && history.past.at(-1)?.key === key;
  const past = isSame ? history.past : [...history.past, { label, key, state: history.present }].slice(-DEPTH);
  return { past, present: state, future: [] };
}

/** Take the last edit back. */
export function undo<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  const undone = { ...last, state: history.present };
  return { past: history.past.slice(0, -1), present: last.state, future: [undone, ...history.future] };
}

/** Make the edit that was taken back last again. */
export function redo<T>(history: History<T>): History<T> {
  const [first, ...future] = history.future;
  if (first === undefined) return history;
  // Whatever is typed next is an edit of its own.
  return { past: [...history.past, { ...first, key: null, state: history.present }], present: first.state, future };
}
