import { useEditor } from "../../editor/store";
import { moveDivider } from "../../steps/abTest.edits";
import type { PanelProps } from "../../steps/kind";
import { patched } from "../../steps/patched";
import { hintAt } from "../../ui/fields/hints";
import { NumberField } from "../../ui/fields/NumberField";
import { PercentBar } from "../../ui/fields/PercentBar";
import { editStep } from "../editing";
import { Salt } from "./AbTestPanel";
import "./branches.css";

/** How many go without. */
export function HoldoutPanel({ id, step }: PanelProps<"holdout">) {
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const { minimum, maximum } = hintAt("/$defs/Holdout/properties/percent");
  const hold = (percent: number) => editStep(id, "Change holdout", patched(step, { percent }), "percent");
  const rest = Math.round((100 - step.percent) * 100) / 100;
  return (
    <div className="branches">
      <PercentBar
        label="Shares"
        isDisabled={isReadOnly}
        parts={[
          { id: "held_out", label: "Held out", share: step.percent },
          { id: "travels", label: "Goes on", share: rest },
        ]}
        onMove={(_, delta) => hold(moveDivider([step.percent, rest], 0, delta)[0] ?? step.percent)}
      />
      <NumberField
        label="Held out"
        unit="% finish here; the others go on"
        minimum={minimum}
        maximum={maximum}
        pointer={`/steps/${id}/percent`}
        help="Compare the two later to see what the journey brings. Drawn once per person."
        value={step.percent}
        onChange={(percent) => hold(Math.round(percent * 100) / 100)}
      />
      <Salt id={id} step={step} />
    </div>
  );
}
