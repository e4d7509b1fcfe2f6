/** Where a line stops: people finish here, or go on at a step that stands elsewhere. */
import { memo } from "react";
import { useEditor } from "../editor/store";
import { titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { goTo } from "./pointing";

interface Props {
  /** The step they go on at; null where they finish. */
  goal: string | null;
  isStart: boolean;
  x: number;
  y: number;
}

export const WayEnd = memo(function WayEnd({ goal, isStart, x, y }: Props) {
  const title = useEditor(({ history }) => {
    const step = goal === null ? undefined : history?.present.journey.steps[goal];
    return goal !== null && step ? titleOf(goal, step) : null;
  });
  if (goal === null || title === null)
    return (
      <span className="way-end" style={{ translate: `${x}px ${y}px` }}>
        {isStart ? "Drag the first step here" : "Ends here"}
      </span>
    );
  return (
    <button
      type="button"
      className="way-far nopan"
      tabIndex={-1}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={`Goes on at ${title}: show it`}
      onClick={() => goTo({ step: goal })}
    >
      <Icon name="link" size={12} />
      <span>{title}</span>
    </button>
  );
});
