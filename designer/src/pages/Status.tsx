import { Icon, type IconName } from "../ui/Icon";
import "./Status.css";

const ICONS: Readonly<Record<string, IconName>> = {
  ready: "bolt",
  waiting: "clock",
  paused: "pause",
  blocked: "fail",
  finished: "check",
  exited: "right",
};

/** How somebody's passage stands: a word with its sign. */
export function Status({ status }: { status: string }) {
  return (
    <span className="status" data-status={status}>
      <Icon name={ICONS[status] ?? "person"} size={12} />
      {status}
    </span>
  );
}
