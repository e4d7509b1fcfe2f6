/** Durations as people say them, and as the document writes them: ISO 8601 in weeks, days, hours, minutes and seconds. Knows no calendar. */

const SECONDS = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
type Unit = keyof typeof SECONDS;

const ISO = /^(-?)P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;
const ISO_UNITS: readonly Unit[] = ["week", "day", "hour", "minute", "second"];
const SAID_UNITS: readonly Unit[] = ["day", "hour", "minute", "second"];

/** A hundred years, as the engine has it. */
const LONGEST = 36_525 * SECONDS.day;

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

/** How many seconds a duration takes; null for what is none. */
export function secondsOf(duration: string): number | null {
  const found = ISO.exec(duration);
  if (found === null) return null;
  const seconds = ISO_UNITS.reduce((sum, unit, place) => sum + Number(found[place + 2] ?? 0) * SECONDS[unit], 0);
  if (seconds > LONGEST) return null;
  return found[1] === "-" && seconds > 0 ? -seconds : seconds;
}

/** The shortest way to write so many seconds: `P2D`, `PT90M` as `PT1H30M`. */
export function durationOf(seconds: number): string {
  const total = Math.trunc(Math.abs(seconds));
  const sign = seconds < 0 && total > 0 ? "-" : "";
  if (total === 0) return "PT0S";
  if (total % SECONDS.week === 0) return `${sign}P${total / SECONDS.week}W`;
  const [days = 0, ...clock] = split(total, SAID_UNITS);
  const time = clock.map((count, place) => (count === 0 ? "" : `${count}${"HMS"[place]}`)).join("");
  return `${sign}P${days === 0 ? "" : `${days}D`}${time === "" ? "" : `T${time}`}`;
}

/** Say a duration: "2 days", "1 hour 30 minutes", "3 days before". What is none is said as it is. */
export function sayDuration(duration: string): string {
  const seconds = secondsOf(duration);
  return seconds === null ? duration : saySeconds(seconds);
}

/** Say so many seconds. */
export function saySeconds(seconds: number): string {
  const total = Math.abs(seconds);
  const isWeeks = total % SECONDS.week === 0;
  const units: readonly Unit[] = isWeeks ? ["week"] : SAID_UNITS;
  const parts = split(total, units).flatMap((count, place) =>
    count === 0 ? [] : [`${count} ${units[place]}${count === 1 ? "" : "s"}`],
  );
  return (parts.join(" ") || "no time") + (seconds < 0 ? " before" : "");
}

/** Say so many seconds in few letters: "+3 d", "+1 d 4 h". */
export function shortSeconds(seconds: number): string {
  const parts = split(Math.abs(seconds), SAID_UNITS).flatMap((count, place) =>
    count === 0 ? [] : [`${count} ${["d", "h", "min", "s"][place]}`],
  );
  return (seconds < 0 ? "−" : "+") + (parts.slice(0, 2).join(" ") || "0");
}

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

function split(seconds: number, units: readonly Unit[]): number[] {
  let rest = seconds;
  return units.map((unit) => {
    const count = Math.floor(rest / SECONDS[unit]);
    rest -= count * SECONDS[unit];
    return count;
  });
}
