/** The four forms of a wait, and changes of them: pure. */
import type { UntilAttribute, UntilLocal, Wait } from "../journey/journey.gen";
import { patched } from "./patched";

export type WaitForm = "for" | "until" | "until_attribute" | "until_local";
export type Weekday = NonNullable<UntilLocal["weekdays"]>[number];

export const WEEKDAYS: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** Which form a wait has; one that says nothing yet is a duration. */
export function formOf(step: Wait): WaitForm {
  if (step.until !== undefined) return "until";
  if (step.until_attribute !== undefined) return "until_attribute";
  return step.until_local === undefined ? "for" : "until_local";
}

/** The wait in another form, with a good beginning; `now` is where an instant begins from. */
export function withForm(step: Wait, form: WaitForm, now: Date): Wait {
  if (formOf(step) === form) return step;
  const bare = patched(step, {
    for: undefined,
    until: undefined,
    until_attribute: undefined,
    until_local: undefined,
  });
  const begun: Wait = { ...bare, ...BEGINNINGS[form](now) };
  return begun;
}

const BEGINNINGS: { readonly [F in WaitForm]: (now: Date) => Partial<Wait> } = {
  for: () => ({ for: "P1D" }),
  until: (now) => ({ until: tomorrow(now) }),
  until_attribute: () => ({ until_attribute: { name: "", missing: {} } }),
  until_local: () => ({ until_local: { time: "09:00" } }),
};

/** Nine in the morning of the next day, on the author's clock. */
function tomorrow(now: Date): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
  return joinInstant(wallOf(day), offsetOf(day));
}

/** Whether a wait ends before the date, on it, or after it. */
export type Side = "before" | "on" | "after";

export function sideOf({ offset }: UntilAttribute): Side {
  if (offset === undefined || /^-?P(T?0[A-Z])+$/.test(offset)) return "on";
  return offset.startsWith("-") ? "before" : "after";
}

/** How long before or after, without a sign. */
export function distanceOf({ offset }: UntilAttribute): string {
  return offset === undefined ? "P1D" : offset.replace(/^-/, "");
}

export function withOffset(until: UntilAttribute, side: Side, distance: string): UntilAttribute {
  const length = distance.replace(/^-/, "");
  return patched(until, { offset: side === "on" ? undefined : side === "before" ? `-${length}` : length });
}

/** A day more or less; none left means any day. */
export function withWeekday(until: UntilLocal, day: Weekday, isOn: boolean): UntilLocal {
  const chosen = WEEKDAYS.filter((each) => (each === day ? isOn : (until.weekdays ?? []).includes(each)));
  return patched(until, { weekdays: chosen.length === 0 ? undefined : chosen });
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** An instant as a time on a clock and that clock's offset; null for what is none. */
export function splitInstant(instant: string): { wall: string; offset: string } | null {
  const [, wall, offset] = INSTANT.exec(instant) ?? [];
  return wall === undefined || offset === undefined ? null : { wall, offset: offset === "Z" ? "+00:00" : offset };
}

export function joinInstant(wall: string, offset: string): string {
  return `${wall.slice(0, 16)}:00${offset === "+00:00" ? "Z" : offset}`;
}

/** The offset of the author's clock at an instant, as `+02:00`. */
export function offsetOf(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`;
}

function wallOf(at: Date): string {
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

function pad(count: number): string {
  return String(count).padStart(2, "0");
}
