/** Which of the copies in the browser is opened, which are offered afterwards, and which nobody needs. Pure. */
import { readJourney } from "../journey/shape";
import { isSame } from "../journey/values";
import type { CrashCopy } from "./crashCopy";

/** Where a journey is opened. */
export interface Place {
  tab: string;
  /** The other tabs that have it open: what they keep is theirs. */
  living: ReadonlySet<string>;
  /** What the server has; null while it does not answer. */
  saved: { source: string; etag: string | null } | null;
}

export interface Sorted {
  /** To go on with: unsaved work, or the history of what is saved. */
  open: CrashCopy | null;
  /** What `open` holds is what the server has. */
  isAsSaved: boolean;
  /** Unsaved too, the newest first. */
  later: readonly CrashCopy[];
  /** Of other tabs, and of no use once `open` is this tab's. */
  done: readonly CrashCopy[];
}

/** Sort the copies of a journey: what this tab has not saved comes first, then what others left behind unsaved, the newest first. */
export function sortOut(copies: readonly CrashCopy[], { tab, living, saved }: Place): Sorted {
  const byAge = copies.toSorted((one, other) => other.at - one.at);
  const own = byAge.filter((copy) => copy.tab === tab);
  const left = [...own, ...byAge.filter((copy) => copy.tab !== tab && !living.has(copy.tab))];
  if (saved === null) {
    const unsaved = left.filter((copy) => !copy.isSaved);
    // In a pinch what another tab has open is better than nothing; it stays that tab's.
    const open = unsaved[0] ?? left[0] ?? byAge[0] ?? null;
    const isOther = open !== null && open.tab !== tab && !living.has(open.tab);
    return { open, isAsSaved: open?.isSaved ?? false, later: unsaved.slice(1), done: isOther ? [open] : [] };
  }
  const journey = readJourney(saved.source);
  const same = left.filter((copy) => isEqual(copy, saved, journey));
  const [first, ...later] = left.filter((copy) => !copy.isSaved && !same.includes(copy));
  const open = first ?? same[0] ?? null;
  const done = left.filter((copy) => copy.tab !== tab && !later.includes(copy));
  return { open, isAsSaved: first === undefined, later, done };
}

function isEqual(
  { etag, isSaved, raw, history }: CrashCopy,
  saved: { source: string; etag: string | null },
  journey: unknown,
): boolean {
  if (isSaved && etag === saved.etag) return true;
  return raw === null ? history !== null && isSame(history.present.journey, journey) : raw === saved.source;
}
