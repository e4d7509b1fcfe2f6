/** What only those need to be told who do not see it happen. */
import { create } from "zustand";

const useSaid = create<{ text: string; number: number }>()(() => ({ text: "", number: 0 }));

/** Have it read aloud. */
export function say(text: string): void {
  useSaid.setState(({ number }) => ({ text, number: number + 1 }));
}

export function Said() {
  const { text, number } = useSaid();
  return (
    <p className="visually-hidden" role="status">
      <span key={number}>{text}</span>
    </p>
  );
}
