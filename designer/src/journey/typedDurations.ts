/** Durations as people type them. Knows no calendar. */
import { durationOf, LONGEST, SECONDS, secondsOf, type Unit } from "./durations";

/** What people write for a unit, in front of a possible plural; months and years have no length. */
const WORDS: Readonly<Record<string, Unit>> = {
  w: "week",
  wk: "week",
  week: "week",
  d: "day",
  day: "day",
  h: "hour",
  hr: "hour",
  hour: "hour",
  m: "minute",
  min: "minute",
  minute: "minute",
  s: "second",
  sec: "second",
  second: "second",
};

/** Read what somebody typed: "2 days", "36h", "1 day 4 hours", "1.5 hours", "3 days before", "P2D". Null where it is no duration. */
export function readDuration(text: string): string | null {
  const trimmed = text.trim();
  const iso = trimmed.toUpperCase();
  if (secondsOf(iso) !== null) return iso;
  const isBefore = /\s*\bbefore$/i.test(trimmed) || /^[-−]/.test(trimmed);
  const seconds = readWords(trimmed.replace(/\s*\b(before|after)$/i, "").replace(/^[-−+]\s*/, ""));
  if (seconds === null || seconds > LONGEST) return null;
  return durationOf(isBefore ? -seconds : seconds);
}

/** Numbers up to a dozen are often written out. */
const NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
const HALVES: readonly (readonly [RegExp, string])[] = [
  [/(\d)\s*½/g, "$1.5"],
  [/½/g, "0.5"],
  [/\ban?\s+(couple of|couple|fortnight)\b/g, "2 $1"],
  [/\bcouple of\b|\bcouple\b/g, ""],
  [/\bfortnight\b/g, "weeks"],
  [/\ban?(?= ([a-z]+ )?and a half\b)/g, "1"],
  [/\b(\d+)( [a-z]+)? and a half\b/g, "$1.5$2"],
  [/\b(an? )?half[ -](an? )?/g, "0.5 "],
  // "1h30": the smaller unit goes without saying.
  [/(\d ?h) ?(\d+)$/g, "$1$2m"],
];

/** What people say instead of digits, in digits. */
function inDigits(text: string): string {
  const counted = text.replace(/\b[a-z]+\b/g, (word) => (NUMBERS.includes(word) ? `${NUMBERS.indexOf(word)}` : word));
  return HALVES.reduce((now, [said, digits]) => now.replace(said, digits), counted);
}

function readWords(text: string): number | null {
  let rest = inDigits(text.toLowerCase().replace(/^(in|for|after)\s+/, ""));
  let seconds = 0;
  if (rest === "") return null;
  while (rest !== "") {
    const found = /^(an?\s|\d+(?:[.,]\d+)?)\s*([a-z]+)\.?(?:\s*(?:,|and)\s*|\s+|(?=\d)|$)/.exec(rest);
    const unit = unitOf(found?.[2] ?? "");
    if (found === null || unit === null) return null;
    const count = found[1]?.startsWith("a") ? 1 : Number(found[1]?.replace(",", "."));
    seconds += count * SECONDS[unit];
    rest = rest.slice(found[0].length);
  }
  return Number.isInteger(seconds) ? seconds : null;
}

function unitOf(word: string): Unit | null {
  return lookUp(word) ?? lookUp(word.replace(/s$/, ""));
}

function lookUp(word: string): Unit | null {
  return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : null;
}
