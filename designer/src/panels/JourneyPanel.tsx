import { useEditor, useJourney } from "../editor/store";
import type { Journey } from "../journey/journey.gen";
import { optional, patched } from "../steps/patched";
import { ChoiceField } from "../ui/fields/ChoiceField";
import { DurationField } from "../ui/fields/DurationField";
import { hintAt } from "../ui/fields/hints";
import { TextField } from "../ui/fields/TextField";
import { ABOUT_EVENT, ABOUT_PEOPLE, ConditionField } from "./conditions/ConditionField";
import { EventName } from "./conditions/EventName";
import { editJourney } from "./editing";
import { useWantedField } from "./wanted";
import "./StepPanel.css";

/** Name, entry, re-entry and exit of the journey. */
export function JourneyPanel() {
  const journey = useJourney();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const place = useWantedField<HTMLFieldSetElement>();
  if (journey === null) return null;
  return (
    <fieldset className="panel" disabled={isReadOnly} aria-label="The journey" ref={place}>
      <h2>Journey</h2>
      <TextField
        label="Name"
        pointer="/name"
        maxLength={hintAt("/properties/name").maxLength}
        value={journey.name}
        onChange={(name) => editJourney("Rename journey", { name }, "name")}
      />
      <TextField
        label="Note"
        hasLines
        placeholder={hintAt("/properties/note").help ?? ""}
        pointer="/note"
        value={journey.note ?? ""}
        onChange={(note) => editJourney("Change note", { note: optional(note) }, "note")}
      />
      <Entry journey={journey} />
      <ReEntry journey={journey} />
      <section className="panel-group">
        <h3>Leaving early</h3>
        <p className="field-help">People leave the journey, wherever they are, as soon as this is so.</p>
        <ConditionField
          label="Who leaves early"
          addLabel="Let people leave early"
          condition={journey.exit_when}
          subjects={ABOUT_PEOPLE}
          pointer="/exit_when"
          onChange={(condition, field) =>
            editJourney("Change exit", { exit_when: condition }, field && `exit_when/${field}`)
          }
        />
      </section>
    </fieldset>
  );
}

const ENTRIES = [
  { value: "api", label: "By a call" },
  { value: "event", label: "By an event" },
] as const;

function Entry({ journey }: { journey: Journey }) {
  const { entry } = journey;
  return (
    <section className="panel-group" data-pointer="/entry">
      <h3>Who comes in</h3>
      <ChoiceField
        label="How people come in"
        value={entry.type}
        options={ENTRIES}
        onChange={(type) => editJourney("Change entry", { entry: type === "api" ? { type } : { type, event: "" } })}
      />
      {entry.type === "api" ? (
        <p className="field-help">Your system enrols people: by the API, the command line, or the button above.</p>
      ) : (
        <>
          <EventName
            label="Event"
            pointer="/entry/event"
            help="Whoever does this comes in. Calls enrol people, too."
            value={entry.event}
            onChange={(event) => editJourney("Change entry", { entry: { ...entry, event } }, "entry/event")}
          />
          <ConditionField
            label="Only such events"
            addLabel="Only if the event’s …"
            condition={entry.where}
            subjects={ABOUT_EVENT}
            pointer="/entry/where"
            onChange={(where, field) =>
              editJourney("Change entry", { entry: patched(entry, { where }) }, field && `entry/where/${field}`)
            }
          />
        </>
      )}
    </section>
  );
}

const RE_ENTRIES = [
  { value: "never", label: "Never" },
  { value: "always", label: "Always" },
  { value: "after", label: "After a while" },
] as const;

const EXPLAINED = {
  never: "Everybody comes once.",
  always: "Anybody may come again once they have left.",
  after: "Counted from when they came in last.",
} as const;

function ReEntry({ journey }: { journey: Journey }) {
  const again = journey.re_entry ?? { type: "never" };
  return (
    <section className="panel-group" data-pointer="/re_entry">
      <h3>Coming again</h3>
      <ChoiceField
        label="Whether people may come again"
        value={again.type}
        options={RE_ENTRIES}
        onChange={(type) =>
          editJourney("Change re-entry", { re_entry: type === "after" ? { type, after: "P30D" } : { type } })
        }
      />
      {again.type === "after" && (
        <DurationField
          label="How long after"
          pointer="/re_entry/after"
          value={again.after}
          onChange={(after) => editJourney("Change re-entry", { re_entry: { type: "after", after } }, "re_entry/after")}
        />
      )}
      <p className="field-help">{EXPLAINED[again.type]}</p>
    </section>
  );
}
