/** How people come in: the first mark of the journey, which opens its settings. */
import { openSettings } from "../editor/adding";
import { useEditor } from "../editor/store";
import { Icon } from "../ui/Icon";

export function WayStart({ x, y }: { x: number; y: number }) {
  const event = useEditor(({ history }) => {
    const entry = history?.present.journey.entry;
    return entry && "event" in entry ? entry.event : null;
  });
  const title = event === null ? "Enrolled by the API" : event === "" ? "On an event" : `On ${event}`;
  return (
    <button
      type="button"
      className="way-start nopan"
      tabIndex={-1}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={`${title}: journey settings`}
      onClick={openSettings}
    >
      <Icon name={event === null ? "send" : "bolt"} size={12} />
      <span>{title}</span>
    </button>
  );
}
