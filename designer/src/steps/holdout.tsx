/** Leave some people out, to compare with. */
import { later } from "../ui/later";
import type { StepKind } from "./kind";

export const holdout: StepKind<"holdout"> = {
  kind: "holdout",
  title: "Holdout",
  hint: "Let a share of people go without, to see what the journey brings",
  words: ["control", "group", "percent", "experiment", "hold back"],
  hue: "experiment",
  icon: "M7.25 2.25a6 6 0 1 0 6.5 6.5h-6.5ZM10 1.75A4.6 4.6 0 0 1 14.25 6H10Z",
  blank: () => ({ type: "holdout", percent: 10 }),
  summary: (step) => `${step.percent} % held out`,
  Panel: later(async () => (await import("../panels/branches/HoldoutPanel")).HoldoutPanel, { isSoon: true }),
};
