import { sayDuration } from "../journey/durations";
import type { Wait } from "../journey/journey.gen";
import { sayInstant } from "../journey/times";
import { later } from "../ui/later";
import type { StepKind } from "./kind";
import { distanceOf, formOf, sideOf, splitInstant, type WaitForm, WEEKDAYS } from "./wait.edits";

export const wait: StepKind<"wait"> = {
  kind: "wait",
  title: "Wait",
  hint: "Stand still for a while, until a date, or until a time of day",
  words: ["delay", "pause", "sleep", "until", "date", "time", "days", "hours"],
  hue: "time",
  icon: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.75V8l2.25 1.5",
  blank: () => ({ type: "wait", for: "P1D" }),
  summary: (step) => SUMMARIES[formOf(step)](step),
  Panel: later(async () => (await import("../panels/wait/WaitPanel")).WaitPanel, { isSoon: true }),
};

const SUMMARIES: { readonly [F in WaitForm]: (step: Wait) => string } = {
  for: (step) => sayDuration(step.for ?? ""),
  until: (step) => (splitInstant(step.until ?? "") ? `Until ${sayInstant(step.until ?? "")}` : (step.until ?? "")),
  until_attribute: ({ until_attribute: until }) => {
    if (until === undefined) return "";
    const side = sideOf(until);
    return side === "on" ? `Until ${until.name}` : `${sayDuration(distanceOf(until))} ${side} ${until.name}`;
  },
  until_local: ({ until_local: until }) =>
    until === undefined ? "" : `Until ${until.time}${until.weekdays ? `, ${sayWeekdays(until.weekdays)}` : ""}`,
};

/** "Mon–Fri", "Sat, Sun". */
function sayWeekdays(days: readonly string[]): string {
  const said = days.map((day) => day.charAt(0).toUpperCase() + day.slice(1, 3));
  const places = WEEKDAYS.flatMap((day, place) => (days.includes(day) ? [place] : []));
  const isSpan = places.length > 2 && (places.at(-1) ?? 0) - (places[0] ?? 0) === places.length - 1;
  return isSpan ? `${said[0]}–${said.at(-1)}` : said.join(", ");
}
