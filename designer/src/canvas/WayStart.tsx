/** How people come in: the first mark of the journey, which opens its settings. */
import { openSettings } from "../editor/adding";
import { useEditor } from "../editor/store";
import { sayEntry } from "../journey/titles";
import { Icon } from "../ui/Icon";

export function WayStart({ x, y }: { x: number; y: number }) {
  const entry = useEditor(({ history }) => history?.present.journey.entry ?? null);
  if (entry === null) return null;
  const title = sayEntry(entry);
  return (
    <button
      type="button"
      className="way-start nopan"
      tabIndex={-1}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={`${title}: journey settings`}
      onClick={openSettings}
    >
      <Icon name={entry.type === "event" ? "bolt" : "send"} size={12} />
      <span>{title}</span>
    </button>
  );
}
