/** Instants as people read them: days and minutes, in a zone that is named. */

type Moment = string | Date;

/** "Sat 21 Nov 2026, 14:56", in a zone (IANA name), or in the reader's own. */
export function sayInstant(at: Moment, zone?: string): string {
  return format(at, zone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** "21 Nov, 14:56": where the year is clear. */
export function sayShort(at: Moment, zone?: string): string {
  return format(at, zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** "14:56:03". */
export function sayClock(at: Moment, zone?: string): string {
  return format(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "in 2 days", "3 minutes ago", "just now". */
export function sayDistance(at: Moment, now: Moment = new Date()): string {
  const seconds = (new Date(at).getTime() - new Date(now).getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const found = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  if (found === undefined) return seconds > 0 ? "in a moment" : "just now";
  return words.format(Math.round(seconds / found[1]), found[0]);
}

/** "+2 d 4 h" from one instant to a later one, "+2 s" for less than a minute, "at once" for none. */
export function sayAfter(start: Moment, at: Moment): string {
  const milliseconds = new Date(at).getTime() - new Date(start).getTime();
  if (milliseconds >= 1_000 && milliseconds < 60_000) return `+${Math.floor(milliseconds / 1_000)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  const parts = [
    [Math.floor(minutes / 1_440), "d"],
    [Math.floor((minutes % 1_440) / 60), "h"],
    [minutes % 60, "min"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).slice(0, 2);
  return said.length === 0 ? "at once" : `+${said.map(([count, unit]) => `${count} ${unit}`).join(" ")}`;
}

/** The reader's own zone. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What an `<input type="datetime-local">` shows for an instant, on the reader's clock. */
export function toField(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant that such a field means; null while it is empty or half written. */
export function fromField(value: string): string | null {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function format(at: Moment, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return String(at);
  return new Intl.DateTimeFormat("en-GB", { ...options, ...(zone === undefined ? {} : { timeZone: zone }) }).format(
    moment,
  );
}
