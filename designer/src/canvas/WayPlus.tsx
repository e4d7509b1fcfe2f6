/** The place on a way where a step can be put: a plus; while something is carried, a labelled target. */
import { memo } from "react";
import { openSheet } from "../editor/desk";
import { useEditor } from "../editor/store";
import { lookOf, titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { useDrag } from "./drag";
import { openMenuAtWay } from "./menu";
import { selectWay } from "./pointing";

interface Props {
  pointer: string;
  from: string | null;
  label: string | null;
  x: number;
  y: number;
  isEnd: boolean;
}

export const WayPlus = memo(function WayPlus({ pointer, from, label, x, y, isEnd }: Props) {
  const isSelected = useEditor(({ history }) => history?.present.selection.way === pointer);
  const isOnly = useEditor(({ history }) => {
    if (history === null || isSelected || pointer !== "/start") return false;
    const { journey, selection } = history.present;
    return selection.steps.length === 0 && selection.way === null && !(journey.start in journey.steps);
  });
  const after = useEditor(({ history }) => {
    const step = from === null ? undefined : history?.present.journey.steps[from];
    return from !== null && step ? titleOf(from, step) : null;
  });
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const offer = useDrag(({ load, legal, target }) =>
    load === null || !legal.has(pointer)
      ? null
      : target !== pointer
        ? "possible"
        : "kind" in load
          ? `Add ${lookOf(load.kind).title.toLowerCase()}`
          : "Move here",
  );
  const isCarrying = useDrag(({ load }) => load !== null);
  if (isReadOnly || (isCarrying && offer === null)) return null;
  const place = after === null ? "at the start" : label === null ? `after ${after}` : `after ${after}, on ${label}`;
  return (
    <button
      type="button"
      className="way-plus nopan"
      style={{ translate: `${x}px ${y}px` }}
      data-way={pointer}
      data-end={isEnd || undefined}
      data-selected={isSelected || undefined}
      data-offer={offer === null ? undefined : offer === "possible" ? "possible" : "target"}
      tabIndex={isSelected || isOnly ? 0 : -1}
      aria-label={`Add a step ${place}`}
      onContextMenu={(event) => openMenuAtWay(event, pointer)}
      onClick={(event) => {
        const { left, right, bottom } = event.currentTarget.getBoundingClientRect();
        selectWay(pointer);
        openSheet({ kind: "picker", way: pointer, at: { x: (left + right) / 2, y: bottom } });
      }}
    >
      <Icon name="plus" size={14} />
      {offer !== null && <span>{offer === "possible" ? "Drop here" : offer}</span>}
    </button>
  );
});
