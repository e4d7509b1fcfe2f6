/** Differences of meaning, step by step: what came, went and changed. A click shows the step. */
import { look } from "../canvas/view";
import { titleIn } from "../editor/naming";
import { type Paint, paintsOf } from "../editor/painting";
import { useEditor, useJourney } from "../editor/store";
import type { Difference } from "../journey/diff";
import type { Journey } from "../journey/journey.gen";
import { Icon, type IconName } from "../ui/Icon";
import "./ChangeList.css";

const ICONS: Readonly<Record<Paint, IconName>> = { added: "plus", removed: "minus", changed: "edit" };
const WORDS: Readonly<Record<Paint, string>> = { added: "Added", removed: "Removed", changed: "Changed" };

interface Group {
  stepId: string | null;
  paint: Paint;
  changes: readonly Difference[];
}

export function ChangeList({ changes, other }: { changes: readonly Difference[]; other?: Journey | null }) {
  const journey = useJourney();
  return (
    <ul className="changes">
      {groupsOf(changes).map(({ stepId, paint, changes: own }) => (
        <li key={stepId ?? ""} className="change" data-paint={paint}>
          <Icon name={ICONS[paint]} />
          <div>
            <Heading stepId={stepId} journey={journey} other={other ?? null} />
            <span className="visually-hidden"> {WORDS[paint]}:</span>
            {own.map((change) => (
              <p key={change.pointer + change.message}>{sentence(change)}</p>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Heading(props: { stepId: string | null; journey: Journey | null; other: Journey | null }) {
  const { stepId, journey, other } = props;
  if (stepId === null) return <b>The journey</b>;
  const step = journey?.steps[stepId];
  const title = titleIn(stepId, journey, other);
  if (step === undefined) return <b>{title}</b>;
  const show = () => {
    useEditor.getState().select({ steps: [stepId], way: null });
    look((view) => view.reveal({ step: stepId }));
  };
  return (
    <button type="button" className="change-step" onClick={show}>
      {title}
    </button>
  );
}

function groupsOf(changes: readonly Difference[]): Group[] {
  const paints = paintsOf(changes);
  const ids = [...new Set(changes.map(({ stepId }) => stepId))];
  return ids.map((stepId) => ({
    stepId,
    paint: (stepId === null ? undefined : paints.get(stepId)) ?? "changed",
    changes: changes.filter((change) => change.stepId === stepId),
  }));
}

/** The message without the step's title, which is the heading. */
function sentence({ message, stepId }: Difference): string {
  const bare = stepId === null ? message : message.replace(/^“.*?”:? /, "");
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
