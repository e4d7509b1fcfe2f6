/** What is being carried, under the pointer. */
import { useJourney } from "../editor/store";
import { kindOf, lookOf, titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { useDrag } from "./drag";

export function Ghost() {
  const load = useDrag((state) => state.load);
  const x = useDrag((state) => state.x);
  const y = useDrag((state) => state.y);
  const journey = useJourney();
  if (load === null || journey === null) return null;
  const [first] = "ids" in load ? load.ids : [];
  const step = first === undefined ? undefined : journey.steps[first];
  const look = "kind" in load ? lookOf(load.kind) : step ? kindOf(step) : null;
  if (look === null) return null;
  return (
    <div className="ghost" style={{ translate: `${x + 12}px ${y + 18}px` }} data-hue={look.hue} aria-hidden="true">
      <div className="card-face">
        <span className="card-icon">
          <Icon path={look.icon} />
        </span>
        <span className="card-words">
          <span className="card-title">{first !== undefined && step ? titleOf(first, step) : look.title}</span>
          <span className="card-summary">
            <span>{"kind" in load ? "New step" : look.title}</span>
          </span>
        </span>
      </div>
      {"ids" in load && load.ids.length > 1 && <span className="ghost-more">{load.ids.length}</span>}
    </div>
  );
}
