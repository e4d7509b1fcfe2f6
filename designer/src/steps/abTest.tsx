/** Compare alternatives: each person gets one of them, by weight. */
import { later } from "../ui/later";
import type { StepKind } from "./kind";

export const abTest: StepKind<"ab_test"> = {
  kind: "ab_test",
  title: "A/B test",
  hint: "Draw one of several ways by chance",
  words: ["experiment", "random", "variant", "percent", "test", "alternative"],
  hue: "experiment",
  icon: "M6 2h4M6.75 2v4.25L3 12.4A1.1 1.1 0 0 0 3.95 14h8.1a1.1 1.1 0 0 0 .95-1.6L9.25 6.25V2M4.75 9.75h6.5",
  blank: () => ({
    type: "ab_test",
    branches: [
      { id: "a", name: "A", weight: 50 },
      { id: "b", name: "B", weight: 50 },
    ],
  }),
  summary: (step) => step.branches.map(({ id, name, weight }) => `${name ?? id} ${weight} %`).join(" · "),
  Panel: later(async () => (await import("../panels/branches/AbTestPanel")).AbTestPanel, { isSoon: true }),
};
