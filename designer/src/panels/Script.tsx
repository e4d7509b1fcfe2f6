/** Who is imagined, when they begin, and what they do on the way. */
import { useMemo, useState } from "react";
import { useJourney } from "../editor/store";
import { type Happening, rewrite, useTrying } from "../editor/trying";
import { askedBy } from "../journey/asked";
import { fromField, ownZone, toField } from "../journey/times";
import { Button } from "../ui/Button";
import { Combobox } from "../ui/fields/Combobox";
import { DurationField } from "../ui/fields/DurationField";
import { PairsField } from "../ui/fields/PairsField";
import { TextField } from "../ui/fields/TextField";
import { Icon } from "../ui/Icon";

export function Script() {
  const journey = useJourney();
  const script = useTrying((state) => state.script);
  const asked = useMemo(() => (journey ? askedBy(journey) : null), [journey]);
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone").map((value) => ({ value })), []);
  return (
    <>
      <PairsField
        label="What is known of them"
        value={script.attributes}
        names={asked?.attributes ?? []}
        onChange={(attributes) => rewrite({ attributes })}
      />
      <Happenings events={asked?.events ?? []} />
      <details className="panel-more">
        <summary>More about them</summary>
        <div className="try-more">
          <TextField
            label="They enter"
            type="datetime-local"
            value={script.start === "" ? "" : toField(new Date(script.start))}
            help="Now, if nothing is set. On your clock."
            onChange={(value) => rewrite({ start: fromField(value) ?? "" })}
          />
          <Combobox
            label="Their time zone"
            value={script.timeZone}
            placeholder={`the project's; yours is ${ownZone()}`}
            suggestions={zones}
            onChange={(timeZone) => rewrite({ timeZone })}
          />
          <PairsField
            label="What this passage brings"
            help="The context of the enrolment, or the attributes of the event that lets them in."
            value={script.context}
            names={asked?.context ?? []}
            onChange={(context) => rewrite({ context })}
          />
          <PairsField
            label="What is known of the user"
            value={script.userAttributes}
            onChange={(userAttributes) => rewrite({ userAttributes })}
          />
        </div>
      </details>
    </>
  );
}

let lastKey = 0;

function Happenings({ events }: { events: readonly string[] }) {
  const happenings = useTrying((state) => state.script.happenings);
  const change = (next: readonly Happening[]) => rewrite({ happenings: next });
  const set = (key: number, part: Partial<Happening>) =>
    change(happenings.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const add = (event: string) => {
    lastKey += 1;
    change([...happenings, { key: lastKey, after: "P1D", event, attributes: {} }]);
  };
  return (
    <fieldset className="happenings" aria-label="What they do">
      <div className="field-head">
        <span aria-hidden="true">What they do</span>
        <Button look="quiet" onClick={() => add("")}>
          <Icon name="plus" />
          Event
        </Button>
      </div>
      {happenings.map((happening) => (
        <HappeningLines
          key={happening.key}
          happening={happening}
          events={events}
          onChange={(part) => set(happening.key, part)}
          onRemove={() => change(happenings.filter(({ key }) => key !== happening.key))}
        />
      ))}
      {events.length > 0 && (
        <p className="offers">
          {events.map((event) => (
            <Button key={event} onClick={() => add(event)} aria-label={`Add the event ${event}`}>
              <Icon name="plus" size={12} />
              {event}
            </Button>
          ))}
        </p>
      )}
    </fieldset>
  );
}

function HappeningLines(props: {
  happening: Happening;
  events: readonly string[];
  onChange: (part: Partial<Happening>) => void;
  onRemove: () => void;
}) {
  const { happening, events, onChange, onRemove } = props;
  const [hasMore, setMore] = useState(Object.keys(happening.attributes).length > 0);
  return (
    <div className="happening">
      <div className="happening-line">
        <Combobox
          label="Event"
          isLabelHidden
          value={happening.event}
          placeholder="event"
          suggestions={events.map((value) => ({ value }))}
          onChange={(event) => onChange({ event })}
        />
        <span>after</span>
        <DurationField
          label="After how long"
          isLabelHidden
          value={happening.after}
          onChange={(after) => onChange({ after })}
        />
        <Button look="quiet" aria-label="With attributes" aria-expanded={hasMore} onClick={() => setMore(!hasMore)}>
          <Icon name="more" />
        </Button>
        <Button look="quiet" aria-label={`Remove ${happening.event || "this event"}`} onClick={onRemove}>
          <Icon name="close" />
        </Button>
      </div>
      {hasMore && (
        <PairsField
          label="With attributes"
          value={happening.attributes}
          onChange={(attributes) => onChange({ attributes })}
        />
      )}
    </div>
  );
}
