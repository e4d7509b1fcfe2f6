/** One condition: a group of others, or a single question. */
import { blankCondition, type ConditionType } from "../../journey/conditions";
import type { Condition } from "../../journey/journey.gen";
import { Button } from "../../ui/Button";
import { type Option, SelectField } from "../../ui/fields/SelectField";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { ComparisonFields } from "./ComparisonFields";
import { EventFields } from "./EventFields";
import {
  denied,
  isComparison,
  isGroup,
  joined,
  type Leaf,
  type Mode,
  modeOf,
  seen,
  withMode,
  withPart,
  withSubject,
} from "./edits";
import { MessageFields } from "./MessageFields";

export interface EditorProps {
  condition: Condition;
  subjects: readonly ConditionType[];
  pointer: string;
  depth: number;
  /** `field` joins edits of one field. */
  onChange: (condition: Condition, field?: string) => void;
  /** Null where it has to stay. */
  onRemove: (() => void) | null;
}

const MODES: readonly Option<Mode>[] = [
  { value: "all", label: "All of these" },
  { value: "any", label: "Any of these" },
  { value: "none", label: "None of these" },
  { value: "not_all", label: "Not all of these" },
];
const WORDS: Readonly<Record<Mode, string>> = { all: "and", any: "or", none: "nor", not_all: "and" };

const SUBJECTS: Readonly<Record<ConditionType, string>> = {
  attribute: "Attribute",
  user_attribute: "User attribute",
  context: "Context",
  event_attribute: "Event’s attribute",
  event: "Event",
  message: "Email",
  all: "All of these",
  any: "Any of these",
  not: "Not",
};

export function ConditionEditor(props: EditorProps) {
  const { isNot, inner } = seen(props.condition);
  const pointer = isNot ? `${props.pointer}/condition` : props.pointer;
  if (isGroup(inner)) return <GroupEditor {...props} pointer={pointer} isNot={isNot} group={inner} />;
  if (inner.type === "not")
    return (
      <div className="condition-group" data-deep>
        <p className="condition-word">It is not so that</p>
        <ConditionEditor
          {...props}
          condition={inner}
          pointer={pointer}
          depth={props.depth + 1}
          onChange={(next, field) => props.onChange(denied(next, true), field)}
        />
      </div>
    );
  return <LeafEditor {...props} pointer={pointer} isNot={isNot} leaf={inner} />;
}

type GroupProps = EditorProps & { isNot: boolean; group: Extract<Condition, { type: "all" | "any" }> };

function GroupEditor({ group, isNot, subjects, pointer, depth, onChange, onRemove }: GroupProps) {
  const mode = modeOf(group, isNot);
  const blank = () => blankCondition(subjects[0] ?? "attribute");
  const put = (at: number, part: Condition | null, field?: string) => {
    const next = withPart(group, at, part);
    if (next === null) onRemove?.();
    else onChange(denied(next, isNot), field);
  };
  return (
    <div className="condition-group" data-deep={depth > 0 || undefined} data-pointer={pointer}>
      <div className="condition-head">
        <SelectField
          label="How these are joined"
          isLabelHidden
          value={mode}
          options={MODES}
          onChange={(next) => onChange(withMode(group, next))}
        />
        {onRemove && (
          <Button look="quiet" aria-label="Remove the group" title="Remove the group" onClick={onRemove}>
            <Icon name="close" />
          </Button>
        )}
      </div>
      <ul className="condition-list">
        {group.conditions.map((part, at) => (
          <li key={at}>
            {at > 0 && <span className="condition-word">{WORDS[mode]}</span>}
            <ConditionEditor
              condition={part}
              subjects={subjects}
              pointer={`${pointer}/conditions/${at}`}
              depth={depth + 1}
              onChange={(next, field) => put(at, next, field && `${at}/${field}`)}
              onRemove={() => put(at, null)}
            />
          </li>
        ))}
      </ul>
      <div className="condition-add">
        <Button look="quiet" onClick={() => onChange(denied(joined(group, blank()), isNot))}>
          <Icon name="plus" />
          Add condition
        </Button>
        <Button
          look="quiet"
          onClick={() =>
            onChange(
              denied(
                joined(group, { type: group.type === "all" ? "any" : "all", conditions: [blank(), blank()] }),
                isNot,
              ),
            )
          }
        >
          <Icon name="plus" />
          Add group
        </Button>
      </div>
    </div>
  );
}

type LeafProps = EditorProps & { isNot: boolean; leaf: Leaf };

function LeafEditor({ leaf, isNot, subjects, pointer, onChange, onRemove }: LeafProps) {
  const put = (next: Condition, field?: string, isDenied = isNot) => onChange(denied(next, isDenied), field);
  const turn = () => put(leaf, undefined, !isNot);
  const shared = { pointer, isNot, onTurn: turn };
  return (
    <div className="condition" data-pointer={pointer}>
      <div className="condition-head">
        {subjects.length > 1 ? (
          <SelectField
            label="What is asked"
            isLabelHidden
            value={leaf.type}
            options={subjects.flatMap((type) => (isAsked(type) ? [{ value: type, label: SUBJECTS[type] }] : []))}
            onChange={(type) => put(withSubject(leaf, type))}
          />
        ) : (
          <span className="condition-subject">{SUBJECTS[leaf.type]}</span>
        )}
        <Menu
          label="More about this condition"
          choices={[
            { id: "turn", title: isNot ? "Ask the opposite" : "Turn around", icon: "swap", perform: turn },
            {
              id: "group",
              title: "Put in a group",
              icon: "braces",
              perform: () => onChange({ type: "any", conditions: [denied(leaf, isNot), blankCondition(leaf.type)] }),
            },
            {
              id: "remove",
              title: "Remove",
              icon: "trash",
              isDanger: true,
              isFirst: true,
              isDisabled: onRemove === null,
              perform: () => onRemove?.(),
            },
          ]}
        >
          <Icon name="more" />
        </Menu>
      </div>
      {isComparison(leaf) && <ComparisonFields {...shared} condition={leaf} onChange={put} />}
      {leaf.type === "event" && <EventFields {...shared} condition={leaf} onChange={put} />}
      {leaf.type === "message" && <MessageFields {...shared} condition={leaf} onChange={put} />}
    </div>
  );
}

function isAsked(type: ConditionType): type is Leaf["type"] {
  return type !== "all" && type !== "any" && type !== "not";
}
