import { choicesOf, STEP_CHOICES } from "../editor/commands";
import { useEditor, useJourney, useSelection } from "../editor/store";
import type { Kind, StepOf } from "../steps/kind";
import { optional, patched } from "../steps/patched";
import { KINDS, kindOf, titleOf } from "../steps/registry";
import { hintAt } from "../ui/fields/hints";
import { TextField } from "../ui/fields/TextField";
import { Icon } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { editStep } from "./editing";
import { StepId } from "./StepId";
import { useWantedField } from "./wanted";
import "./StepPanel.css";

/** The fields of the selected step. */
export function StepPanel() {
  const journey = useJourney();
  const { steps } = useSelection();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const place = useWantedField<HTMLFieldSetElement>();
  const id = steps.at(-1);
  const step = id === undefined ? undefined : journey?.steps[id];
  if (steps.length > 1) return <Many count={steps.length} />;
  if (id === undefined || step === undefined) return null;
  const look = kindOf(step);
  return (
    <fieldset
      className="panel"
      ref={place}
      disabled={isReadOnly}
      key={id}
      aria-label={`${look.title}: ${titleOf(id, step)}`}
    >
      <header className="panel-head">
        <span className="panel-icon" data-hue={look.hue}>
          <Icon path={look.icon} />
        </span>
        <div className="panel-name">
          <input
            aria-label="Name of the step"
            value={step.name ?? ""}
            placeholder={titleOf(id, step)}
            maxLength={hintAt("/$defs/Email/properties/name").maxLength ?? 200}
            autoComplete="off"
            data-pointer={`/steps/${id}/name`}
            onChange={(event) =>
              editStep(id, "Rename step", patched(step, { name: optional(event.target.value) }), "name")
            }
          />
          <p>{look.title}</p>
        </div>
        <MoreMenu />
      </header>
      <KindPanel kind={step.type} id={id} step={step} />
      <TextField
        label="Note"
        hasLines
        placeholder={hintAt("/$defs/Email/properties/note").help ?? ""}
        pointer={`/steps/${id}/note`}
        value={step.note ?? ""}
        onChange={(note) => editStep(id, "Change note", patched(step, { note: optional(note) }), "note")}
      />
      <StepId id={id} />
    </fieldset>
  );
}

function KindPanel<K extends Kind>({ kind, id, step }: { kind: K; id: string; step: StepOf<K> }) {
  const { Panel } = KINDS[kind];
  return <Panel id={id} step={step} />;
}

/** What a click with the other mouse button offers, for those who have none. */
function MoreMenu() {
  return (
    <Menu label="What can be done with it" className="panel-menu" choices={choicesOf(STEP_CHOICES)}>
      <Icon name="more" />
    </Menu>
  );
}

function Many({ count }: { count: number }) {
  return (
    <div className="panel">
      <header className="panel-head">
        <h2>{count} steps selected</h2>
        <MoreMenu />
      </header>
      <p className="panel-quiet">Move, copy, duplicate or delete them together. Select one of them to change it.</p>
    </div>
  );
}
