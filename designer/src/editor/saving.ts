/** Saving the open draft by itself, a moment after each edit, and never over what somebody else has saved meanwhile. */
import type { Journey } from "../journey/journey.gen";
import { useSaving } from "./saveStatus";
import { Session, type Start } from "./session";

export { type Clash, type SaveStatus, useSaving } from "./saveStatus";

let session: Session | null = null;

/** Save the open journey from now on; the answer ends it, after a last time. */
export function beginSaving(start: Start): () => void {
  const own = new Session(start);
  session = own;
  return () => {
    own.leave();
    if (session === own) session = null;
  };
}

/** Save at once: Ctrl+S. Also a text that is no JSON. The answer is whether the server has all of it now. */
export async function saveNow(): Promise<boolean> {
  await session?.save({ isWished: true });
  return session?.isSaved ?? true;
}

/** See at once whether the draft has changed elsewhere. */
export function lookAgain(): void {
  void session?.look(new AbortController().signal).catch(() => {});
}

/** In a clash: save this text over theirs, which the author has seen. */
export async function keepMine(): Promise<void> {
  await session?.resolve(null);
}

/** In a clash: go on with theirs. Undo brings one's own back. */
export async function takeTheirs(): Promise<void> {
  const theirs = useSaving.getState().clash?.theirs;
  if (theirs) session?.take(theirs, "Take the other version");
}

/** In a clash with a draft that is gone: let it go. */
export async function letGo(): Promise<void> {
  await session?.abandon();
}

/** In a clash: go on with both. */
export async function keepBoth(merged: Journey): Promise<void> {
  await session?.resolve(merged);
}
