/** Ask conditions in their order; the first that holds decides the branch. */
import { sayCondition } from "../journey/conditions";
import { later } from "../ui/later";
import type { StepKind } from "./kind";

export const split: StepKind<"split"> = {
  kind: "split",
  title: "Split",
  hint: "Different ways for different people",
  words: ["branch", "if", "condition", "else", "decide", "segment", "yes", "no"],
  hue: "choice",
  icon: "M8 1.75V5.5M8 5.5C8 8.5 3.75 7.75 3.75 11.5V14M8 5.5C8 8.5 12.25 7.75 12.25 11.5V14M2 12.25 3.75 14 5.5 12.25M10.5 12.25 12.25 14 14 12.25",
  blank: () => ({
    type: "split",
    branches: [{ id: "yes", name: "Yes", when: { type: "attribute", name: "", op: "is", value: "" } }],
    else: { name: "Everyone else" },
  }),
  summary: ({ branches }) => {
    const [only, second] = branches;
    return only !== undefined && second === undefined ? sayCondition(only.when) : `${branches.length + 1} branches`;
  },
  Panel: later(async () => (await import("../panels/branches/SplitPanel")).SplitPanel, { isSoon: true }),
};
