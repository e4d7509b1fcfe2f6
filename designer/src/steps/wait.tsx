import type { StepKind } from "./kind";

export const wait: StepKind<"wait"> = {
  kind: "wait",
  title: "Wait",
  hint: "Stand still for a while, until a date, or until a time of day",
  words: ["delay", "pause", "sleep", "until", "date", "time", "days", "hours"],
  hue: "time",
  icon: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 4.75V8l2.25 1.5",
  blank: () => ({ type: "wait", for: "P1D" }),
  summary: (step) => step.for ?? step.until ?? step.until_attribute?.name ?? step.until_local?.time ?? "",
  Panel: () => null,
};
