import { useState } from "react";
import { useEditor } from "../../editor/store";
import { addBranch, setWeights } from "../../journey/edits";
import { sumOf } from "../../journey/weights";
import { distribute, moveDivider, setShare } from "../../steps/abTest.edits";
import type { PanelProps } from "../../steps/kind";
import { optional, patched } from "../../steps/patched";
import { Button } from "../../ui/Button";
import { hintAt } from "../../ui/fields/hints";
import { NumberField } from "../../ui/fields/NumberField";
import { PercentBar } from "../../ui/fields/PercentBar";
import { TextField } from "../../ui/fields/TextField";
import { Icon } from "../../ui/Icon";
import { editStep } from "../editing";
import { BranchMenu } from "./BranchMenu";
import "./branches.css";

/** Which ways there are, and how many people take each. */
export function AbTestPanel({ id, step }: PanelProps<"ab_test">) {
  const { branches } = step;
  const weights = branches.map(({ weight }) => weight);
  // By id: a lock stays with its branch when branches change places.
  const [locked, setLocked] = useState<ReadonlySet<string>>(new Set());
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const lockedPlaces = new Set(branches.flatMap((branch, at) => (locked.has(branch.id) ? [at] : [])));
  const weigh = (label: string, next: readonly number[], field?: string) =>
    useEditor.getState().edit(label, (journey) => setWeights(journey, id, next), field && `/steps/${id}/${field}`);
  const sum = sumOf(weights);
  return (
    <div className="branches">
      <PercentBar
        label="Shares"
        isDisabled={isReadOnly}
        parts={branches.map((branch) => ({ id: branch.id, label: branch.name ?? branch.id, share: branch.weight }))}
        onMove={(at, delta) => weigh("Change shares", moveDivider(weights, at, delta, lockedPlaces), `divider/${at}`)}
      />
      <ul className="branch-list" data-pointer={`/steps/${id}/branches`}>
        {branches.map((branch, at) => {
          const pointer = `/steps/${id}/branches/${at}`;
          const name = branch.name ?? branch.id;
          const isLocked = locked.has(branch.id);
          return (
            <li key={branch.id} className="branch-row">
              <TextField
                label={`Name of branch ${at + 1}`}
                isLabelHidden
                placeholder={branch.id}
                pointer={`${pointer}/name`}
                value={branch.name ?? ""}
                onChange={(text) => {
                  const renamed = branches.map((each, place) =>
                    place === at ? patched(each, { name: optional(text) }) : each,
                  );
                  editStep(id, "Rename branch", { ...step, branches: renamed }, `${at}/name`);
                }}
              />
              <NumberField
                label={`Share of ${name}, percent`}
                isLabelHidden
                unit="%"
                minimum={hintAt("/$defs/AbBranch/properties/weight").minimum}
                maximum={hintAt("/$defs/AbBranch/properties/weight").maximum}
                pointer={`${pointer}/weight`}
                value={branch.weight}
                onChange={(share) => weigh("Change shares", setShare(weights, at, share, lockedPlaces), `${at}/weight`)}
              />
              <Button
                look="quiet"
                aria-pressed={isLocked}
                aria-label={`Lock the share of ${name}`}
                title={isLocked ? "Locked: stays as it is" : "Lock this share"}
                onClick={() => {
                  const next = new Set(locked);
                  if (!next.delete(branch.id)) next.add(branch.id);
                  setLocked(next);
                }}
              >
                <Icon name={isLocked ? "lock" : "unlock"} />
              </Button>
              <BranchMenu id={id} at={at} count={branches.length} least={2} label={name} />
            </li>
          );
        })}
      </ul>
      {sum !== 100 && <p className="branch-sum">The shares sum to {sum} %; they have to be 100 %.</p>}
      <div className="branch-buttons">
        <Button
          onClick={() => useEditor.getState().edit("Add branch", (now) => addBranch(now, id, letter(branches.length)))}
        >
          <Icon name="plus" />
          Add branch
        </Button>
        <Button look="quiet" onClick={() => weigh("Distribute evenly", distribute(weights, lockedPlaces))}>
          Distribute evenly
        </Button>
      </div>
      <p className="field-help">Everybody keeps the branch they were drawn for, even when shares change later.</p>
      <Salt id={id} step={step} />
    </div>
  );
}

/** C, D, … as long as there are letters. */
function letter(place: number): string {
  return place < 26 ? String.fromCharCode(65 + place) : "";
}

/** What the draw is mixed with: for those who want two steps to draw alike. */
export function Salt({ id, step }: PanelProps<"ab_test"> | PanelProps<"holdout">) {
  return (
    <details className="panel-more">
      <summary>Draw</summary>
      <TextField
        label="Salt"
        placeholder="Made from journey and step"
        help="Steps with the same salt draw alike: who gets the first way here gets it there."
        pointer={`/steps/${id}/salt`}
        value={step.salt ?? ""}
        onChange={(salt) => editStep(id, "Change salt", patched(step, { salt: optional(salt) }), "salt")}
      />
    </details>
  );
}
