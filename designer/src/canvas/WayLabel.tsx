/** What a branch is called and how many go this way: a pill on its line. */
import { memo } from "react";
import { useBranchCounts } from "../editor/live";
import { useTraceWay } from "../editor/trace";
import { selectStep } from "./pointing";
import { focusPanel } from "./view";

interface Props {
  pointer: string;
  from: string | null;
  branch: string | null;
  label: string | null;
  share: number | null;
  x: number;
  y: number;
}

export const WayLabel = memo(function WayLabel({ pointer, from, branch, label, share, x, y }: Props) {
  const counts = useBranchCounts(from, branch);
  const isLit = useTraceWay(from, branch);
  const planned = share === null ? null : `${share} %`;
  const real = counts === null || counts.share === null ? null : `${counts.share} %`;
  const title = counts
    ? `${counts.count.toLocaleString("en")} went this way${planned ? `; planned: ${planned}` : ""}`
    : label;
  return (
    <button
      type="button"
      className="way-label nopan"
      tabIndex={-1}
      style={{ translate: `${x}px ${y}px` }}
      data-lit={isLit || undefined}
      title={title ?? undefined}
      onClick={() => {
        if (from === null) return;
        selectStep(from);
        focusPanel(pointer.replace(/next$/, "name"));
      }}
    >
      <span className="visually-hidden">Edit the branch </span>
      <span className="way-name">{label}</span>
      {(real ?? planned) && <span className="way-share">{real ?? planned}</span>}
    </button>
  );
});
