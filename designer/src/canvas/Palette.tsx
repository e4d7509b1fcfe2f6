/** The step kinds: dragged onto a plus, or clicked to stand after what is selected. */
import { addStep, journeyNow, selectionNow, wayForNew } from "../editor/adding";
import { useEditor } from "../editor/store";
import { KIND_LIST, lookOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { liftKind } from "./drag";
import "./Palette.css";
import { focusPanel } from "./view";

export function Palette() {
  const isOpen = useEditor((state) => state.history !== null && !state.isReadOnly);
  if (!isOpen) return null;
  return (
    <div className="palette" role="toolbar" aria-label="Add steps" aria-orientation="vertical">
      {KIND_LIST.map((kind) => {
        const { title, hint, hue, icon } = lookOf(kind);
        return (
          <button
            key={kind}
            type="button"
            className="palette-kind"
            data-hue={hue}
            data-kind={kind}
            title={`${hint}. Drag it onto the canvas, or click.`}
            aria-label={`Add ${title.toLowerCase()}`}
            onPointerDown={(event) => liftKind(event, kind)}
            onClick={() => {
              const journey = journeyNow();
              if (journey === null) return;
              addStep(kind, wayForNew(journey, selectionNow()));
              focusPanel();
            }}
          >
            <span className="card-icon">
              <Icon path={icon} />
            </span>
            {title}
          </button>
        );
      })}
    </div>
  );
}
