/** Durations said to people, and as the document writes them: ISO 8601 in weeks, days, hours, minutes and seconds. Knows no calendar. */

export const SECONDS = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
export type Unit = keyof typeof SECONDS;

const ISO = /^(-?)P(?=.)(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;
const ISO_UNITS: readonly Unit[] = ["week", "day", "hour", "minute", "second"];
const SAID_UNITS: readonly Unit[] = ["day", "hour", "minute", "second"];

/** A hundred years, as the engine has it. */
export const LONGEST = 36_525 * SECONDS.day;

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

function split(seconds: number, units: readonly Unit[]): number[] {
  let rest = seconds;
  return units.map((unit) => {
    const count = Math.floor(rest / SECONDS[unit]);
    rest -= count * SECONDS[unit];
    return count;
  });
}
