/** The fields of each form of a wait. */
import type { PanelProps } from "../../steps/kind";
import { optional, patched } from "../../steps/patched";
import {
  distanceOf,
  joinInstant,
  offsetOf,
  type Side,
  sideOf,
  splitInstant,
  WEEKDAYS,
  withOffset,
  withWeekday,
} from "../../steps/wait.edits";
import { DurationField } from "../../ui/fields/DurationField";
import { hintAt } from "../../ui/fields/hints";
import { type Option, SelectField } from "../../ui/fields/SelectField";
import { TextField } from "../../ui/fields/TextField";
import { AttributeName } from "../conditions/AttributeName";
import { editStep } from "../editing";
import "./WaitForms.css";

type Props = PanelProps<"wait">;

export function ForFields({ id, step }: Props) {
  return (
    <DurationField
      label="How long"
      pointer={`/steps/${id}/for`}
      help="Counted from when somebody arrives here. A day is 24 hours."
      value={step.for ?? ""}
      onChange={(duration) => editStep(id, "Change wait", patched(step, { for: duration }), "for")}
    />
  );
}

const ZONES: readonly string[] = [
  ...Array.from({ length: 27 }, (_, place) => {
    const hours = place - 12;
    return `${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:00`;
  }),
  "-03:30",
  "+03:30",
  "+05:30",
  "+05:45",
  "+09:30",
].sort((one, other) => Number.parseFloat(one.replace(":", ".")) - Number.parseFloat(other.replace(":", ".")));

export function UntilFields({ id, step }: Props) {
  const { wall, offset } = splitInstant(step.until ?? "") ?? { wall: "", offset: offsetOf(new Date()) };
  const change = (nextWall: string, nextOffset: string) => {
    if (nextWall !== "")
      editStep(id, "Change wait", patched(step, { until: joinInstant(nextWall, nextOffset) }), "until");
  };
  const zones = ZONES.includes(offset) ? ZONES : [offset, ...ZONES];
  return (
    <div className="wait-until" data-pointer={`/steps/${id}/until`}>
      <TextField
        label="Until"
        type="datetime-local"
        pointer={`/steps/${id}/until`}
        value={wall}
        onChange={(next) => change(next, offset)}
      />
      <SelectField
        label="UTC offset"
        value={offset}
        options={zones.map((value) => ({ value, label: value === offsetOf(new Date()) ? `${value} (yours)` : value }))}
        onChange={(next) => change(wall, next)}
      />
      <p className="field-help">The same moment for everybody. Who comes later goes on at once.</p>
    </div>
  );
}

const SIDES: readonly Option<Side>[] = [
  { value: "before", label: "before" },
  { value: "on", label: "on the date" },
  { value: "after", label: "after" },
];

export function UntilAttributeFields({ id, step }: Props) {
  const until = step.until_attribute ?? { name: "", missing: {} };
  const pointer = `/steps/${id}/until_attribute`;
  const change = (next: typeof until, field: string) =>
    editStep(id, "Change wait", patched(step, { until_attribute: next }), field);
  const side = sideOf(until);
  return (
    <>
      <AttributeName
        label="Date"
        subject="attribute"
        type="date"
        pointer={`${pointer}/name`}
        help="An attribute with a date. Change it, and the wait moves along."
        value={until.name}
        onChange={(name) => change(patched(until, { name }), "date")}
      />
      <div className="wait-offset">
        {side !== "on" && (
          <DurationField
            label="How long"
            pointer={`${pointer}/offset`}
            value={distanceOf(until)}
            onChange={(distance) => change(withOffset(until, side, distance), "offset")}
          />
        )}
        <SelectField
          label="When"
          value={side}
          options={SIDES}
          onChange={(next) => change(withOffset(until, next, distanceOf(until)), "side")}
        />
      </div>
      <TextField
        label="The way of those without it"
        placeholder="Date missing"
        help="People who have no such date go a way of their own; the canvas shows it."
        pointer={`${pointer}/missing/name`}
        value={until.missing.name ?? ""}
        onChange={(name) =>
          change(patched(until, { missing: patched(until.missing, { name: optional(name) }) }), "missing")
        }
      />
    </>
  );
}

export function UntilLocalFields({ id, step }: Props) {
  const until = step.until_local ?? { time: "09:00" };
  const pointer = `/steps/${id}/until_local`;
  const change = (next: typeof until, field: string) =>
    editStep(id, "Change wait", patched(step, { until_local: next }), field);
  return (
    <>
      <TextField
        label="Time"
        type="time"
        pointer={`${pointer}/time`}
        help={hintAt("/$defs/UntilLocal/properties/time").help}
        value={until.time}
        onChange={(time) => change(patched(until, { time: time.slice(0, 5) }), "time")}
      />
      <fieldset className="weekdays" data-pointer={`${pointer}/weekdays`}>
        <legend>On</legend>
        {WEEKDAYS.map((day) => (
          <label key={day}>
            <input
              type="checkbox"
              className="visually-hidden"
              aria-label={day.charAt(0).toUpperCase() + day.slice(1)}
              checked={until.weekdays?.includes(day) ?? false}
              onChange={(event) => change(withWeekday(until, day, event.target.checked), day)}
            />
            <span aria-hidden="true">{day.charAt(0).toUpperCase() + day.slice(1, 3)}</span>
          </label>
        ))}
      </fieldset>
      <p className="field-help">
        {until.weekdays
          ? "The next of these days, on each person’s own clock."
          : "Any day: the next time their clock shows it."}
      </p>
    </>
  );
}
