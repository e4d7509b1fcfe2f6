/** One line of the outline: a step, a branch, or where a way ends. */
import { memo, type ReactNode, useId } from "react";
import { useProblemsOf } from "../editor/checking";
import { openSheet } from "../editor/desk";
import { useCounts } from "../editor/live";
import { NOTHING, useEditor, useIsSelected } from "../editor/store";
import { useTrace } from "../editor/trace";
import { mainWay } from "../journey/edits/pointing";
import type { Journey, Step } from "../journey/journey.gen";
import { kindOf, summaryOf, titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { CardTime } from "./CardTime";
import { isAt, keyOf, type Line } from "./lines";
import { openMenuAt } from "./menu";
import { goTo, selectStep, selectWay } from "./pointing";

interface Props {
  line: Line;
  journey: Journey;
  /** All lines, for the first of them. */
  all: readonly Line[] | null;
  /** Null where there is nothing to fold. */
  isFolded: boolean | null;
  onFold: (id: string, isFolded: boolean) => void;
}

export const OutlineLine = memo(function OutlineLine(props: Props) {
  const { line, journey } = props;
  const step = line.kind === "step" ? journey.steps[line.id] : undefined;
  if (line.kind === "step") return step ? <StepLine {...props} id={line.id} step={step} /> : null;
  return <WayLine {...props} line={line} />;
});

/** Whether Tab leads here: to the line that is selected, else to the first. */
function useIsStop(line: Line, all: readonly Line[] | null): boolean {
  return useEditor(({ history }) => {
    const selection = history?.present.selection ?? NOTHING;
    return isAt(line, selection) || (all !== null && !all.some((other) => isAt(other, selection)));
  });
}

function StepLine({ line, journey, all, isFolded, onFold, id, step }: Props & { id: string; step: Step }) {
  const isSelected = useIsSelected(id);
  const isStop = useIsStop(line, all);
  const problems = useProblemsOf(id);
  const isBad = problems.some(({ severity }) => severity === "error");
  const counts = useCounts(id);
  const trace = useTrace(id);
  const kind = kindOf(step);
  const title = titleOf(id, step);
  const way = mainWay(journey, id);
  const summary = summaryOf(step);
  const name = useId();
  return (
    <div
      role="treeitem"
      className="line"
      data-line={keyOf(line)}
      data-step={id}
      data-hue={kind.hue}
      data-trace={trace ?? undefined}
      tabIndex={isStop ? 0 : -1}
      aria-level={line.level}
      aria-selected={isSelected}
      aria-expanded={isFolded === null ? undefined : !isFolded}
      aria-labelledby={name}
      style={indent(line.level)}
      onClick={(event) => selectStep(id, event.shiftKey || event.ctrlKey || event.metaKey)}
      onKeyDown={() => {}}
      onContextMenu={(event) => openMenuAt(event, id)}
    >
      <span className="card-icon">
        <Icon path={kind.icon} />
      </span>
      <span id={name} className="line-name">
        <span className="card-words">
          <span className="card-title">{title}</span>
          <span className="card-summary">
            <span>{summary || kind.title}</span>
          </span>
        </span>
        <CardTime id={id} />
        {counts !== null && counts.here > 0 && <span className="line-here">{counts.here} here</span>}
        {problems.length > 0 && (
          <span className="line-problems" data-severity={isBad ? "error" : "warning"}>
            <Icon name="warn" size={14} />
          </span>
        )}
        <span className="visually-hidden">
          {summary && `, ${kind.title}`}
          {problems.length > 0 && `, ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`}
        </span>
      </span>
      {isFolded !== null && (
        <LineButton label={isFolded ? `Unfold ${title}` : `Fold ${title}`} onClick={() => onFold(id, !isFolded)}>
          <Icon name={isFolded ? "right" : "down"} />
        </LineButton>
      )}
      {isFolded === null && way && <PlusButton pointer={way.pointer} label={`Add a step after ${title}`} />}
    </div>
  );
}

function WayLine({ line, journey, all }: Props & { line: Exclude<Line, { kind: "step" }> }) {
  const { way } = line;
  const isStop = useIsStop(line, all);
  const isSelected = useEditor(({ history }) => line.kind !== "link" && history?.present.selection.way === way.pointer);
  const goal = line.kind === "link" ? journey.steps[line.goal] : undefined;
  const text =
    line.kind === "branch"
      ? `${way.label ?? "Goes on"}${way.share === null ? "" : ` · ${way.share} %`}${way.next === null ? " · ends here" : ""}`
      : line.kind === "link" && goal
        ? `Goes on at ${titleOf(line.goal, goal)}`
        : way.from === null
          ? "Add the first step"
          : "Ends here";
  return (
    <div
      role="treeitem"
      className="line line-way"
      data-kind={line.kind}
      data-line={keyOf(line)}
      data-way={way.pointer}
      tabIndex={isStop ? 0 : -1}
      aria-level={line.level}
      aria-selected={isSelected}
      aria-label={text}
      style={indent(line.level)}
      onClick={() => (line.kind === "link" ? goTo({ step: line.goal }) : selectWay(way.pointer))}
      onKeyDown={() => {}}
    >
      {line.kind === "link" && <Icon name="link" size={14} />}
      <span className="line-text">{text}</span>
      {line.kind !== "link" && <PlusButton pointer={way.pointer} label={`Add a step: ${text}`} />}
    </div>
  );
}

function PlusButton({ pointer, label }: { pointer: string; label: string }) {
  const isReadOnly = useEditor((state) => state.isReadOnly);
  if (isReadOnly) return null;
  return (
    <LineButton
      label={label}
      onClick={(at) => {
        selectWay(pointer);
        openSheet({ kind: "picker", way: pointer, at });
      }}
    >
      <Icon name="plus" />
    </LineButton>
  );
}

function LineButton(props: { label: string; children: ReactNode; onClick: (at: { x: number; y: number }) => void }) {
  return (
    <button
      type="button"
      className="line-button"
      tabIndex={-1}
      aria-label={props.label}
      onClick={(event) => {
        event.stopPropagation();
        const { left, right, bottom } = event.currentTarget.getBoundingClientRect();
        props.onClick({ x: (left + right) / 2, y: bottom });
      }}
    >
      {props.children}
    </button>
  );
}

function indent(level: number): { paddingInlineStart: string } {
  return { paddingInlineStart: `${12 + Math.min(level - 1, 12) * 18}px` };
}
