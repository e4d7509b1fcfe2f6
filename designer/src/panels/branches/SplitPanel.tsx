import { useState } from "react";
import { useWanted } from "../../editor/checking";
import { useEditor, useSelection } from "../../editor/store";
import { sayCondition } from "../../journey/conditions";
import { addBranch } from "../../journey/edits";
import type { SplitBranch } from "../../journey/journey.gen";
import type { PanelProps } from "../../steps/kind";
import { optional, patched } from "../../steps/patched";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields/TextField";
import { Icon } from "../../ui/Icon";
import { ABOUT_PEOPLE, ConditionField } from "../conditions/ConditionField";
import { editStep } from "../editing";
import { BranchMenu } from "./BranchMenu";
import "./branches.css";

/** Which branches there are, and of whom each is. */
export function SplitPanel({ id, step }: PanelProps<"split">) {
  const { branches } = step;
  const { way } = useSelection();
  const [open, setOpen] = useState<string | null>(branches.length === 1 ? (branches[0]?.id ?? null) : null);
  const wanted = useWanted();
  const [lastWanted, setLastWanted] = useState<string | null>(null);
  if (wanted !== lastWanted) {
    // Its field can take the focus only where it is to be seen.
    setLastWanted(wanted);
    const holder = branches.find((_, at) => wanted?.startsWith(`/steps/${id}/branches/${at}/`));
    if (holder) setOpen(holder.id);
  }
  const pointed = branches.find((_, at) => way === `/steps/${id}/branches/${at}/next`)?.id;
  const put = (label: string, at: number, branch: SplitBranch, field?: string) => {
    const changed = branches.map((each, place) => (place === at ? branch : each));
    editStep(id, label, { ...step, branches: changed }, field && `${branch.id}/${field}`);
  };
  return (
    <div className="branches">
      {branches.length > 1 && <p className="field-help">Asked in this order: people take the first that holds.</p>}
      <ol className="branch-list" data-pointer={`/steps/${id}/branches`}>
        {branches.map((branch, at) => (
          <Branch
            key={branch.id}
            id={id}
            at={at}
            count={branches.length}
            branch={branch}
            isOpen={(pointed ?? open) === branch.id}
            onOpen={(isOpen) => setOpen(isOpen ? branch.id : null)}
            onChange={(label, next, field) => put(label, at, next, field)}
          />
        ))}
      </ol>
      <div className="branch-buttons">
        <Button
          onClick={() => {
            useEditor.getState().edit("Add branch", (journey) => addBranch(journey, id));
            const added = useEditor.getState().history?.present.journey.steps[id];
            if (added?.type === "split") setOpen(added.branches.at(-1)?.id ?? null);
          }}
        >
          <Icon name="plus" />
          Add branch
        </Button>
      </div>
      <TextField
        label="Everyone else"
        placeholder="Everyone else"
        help="What the way of all others is called."
        pointer={`/steps/${id}/else/name`}
        value={step.else?.name ?? ""}
        onChange={(name) =>
          editStep(
            id,
            "Rename branch",
            patched(step, { else: patched(step.else ?? {}, { name: optional(name) }) }),
            "else/name",
          )
        }
      />
    </div>
  );
}

interface BranchProps {
  id: string;
  at: number;
  count: number;
  branch: SplitBranch;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onChange: (label: string, branch: SplitBranch, field?: string) => void;
}

function Branch({ id, at, count, branch, isOpen, onOpen, onChange }: BranchProps) {
  const pointer = `/steps/${id}/branches/${at}`;
  const name = branch.name ?? branch.id;
  return (
    <li className="branch" data-open={isOpen || undefined} data-pointer={pointer}>
      <div className="branch-head">
        <span className="branch-number" aria-hidden="true">
          {at + 1}
        </span>
        <button type="button" className="branch-open" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
          <strong>{name}</strong>
          {!isOpen && <span>{sayCondition(branch.when)}</span>}
        </button>
        <BranchMenu id={id} at={at} count={count} least={1} label={name} />
      </div>
      {isOpen && (
        <div className="branch-body">
          <TextField
            label="Name"
            placeholder={branch.id}
            pointer={`${pointer}/name`}
            value={branch.name ?? ""}
            onChange={(text) => onChange("Rename branch", patched(branch, { name: optional(text) }), "name")}
          />
          <div className="field">
            <p className="field-head">People go this way if</p>
            <ConditionField
              label={`Who goes by ${name}`}
              addLabel="Add condition"
              isRequired
              condition={branch.when}
              subjects={ABOUT_PEOPLE}
              pointer={`${pointer}/when`}
              onChange={(when, field) =>
                when && onChange("Change condition", { ...branch, when }, field && `when/${field}`)
              }
            />
          </div>
        </div>
      )}
    </li>
  );
}
