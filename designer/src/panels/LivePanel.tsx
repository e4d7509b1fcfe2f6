/** The journey's people in numbers: how many came, where they are, how far they get. */

import { look } from "../canvas/view";
import { shareOf, useLive } from "../editor/live";
import { countInside, useStanding } from "../editor/standing";
import { useEditor, useJourney } from "../editor/store";
import { order } from "../journey/tree";
import { pathTo } from "../routes";
import { kindOf, titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import "./LivePanel.css";

const NUMBER = new Intl.NumberFormat("en");

export function LivePanel() {
  const journey = useJourney();
  const id = useEditor((state) => state.journeyId);
  const summary = useStanding((state) => state.summary);
  const { journey: whole, live, isStale, source } = useLive();
  if (journey === null) return null;
  const enrolled = whole.enrolled ?? 0;
  const tallies = [
    ["Enrolled", enrolled],
    ["Inside now", countInside(summary)],
    ["Finished", whole.finished ?? 0],
    ["Left early", whole.exited ?? 0],
  ] as const;
  return (
    <section className="panel live">
      <header>
        <h2>People</h2>
        <p className="panel-quiet" role="status">
          {isStale ? "Not up to date: the server does not answer." : "Of all versions, renewed every ten seconds."}
        </p>
      </header>
      <dl className="live-tallies">
        {tallies.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{NUMBER.format(count)}</dd>
          </div>
        ))}
      </dl>
      <p className="live-statuses">
        {Object.entries(live).map(([status, count]) => (
          <a key={status} href={pathTo({ page: "people", id }, { status })} data-status={status}>
            {NUMBER.format(count)} {status}
          </a>
        ))}
        <a href={pathTo({ page: "people", id })}>Everybody</a>
      </p>
      {source === null ? (
        <p className="panel-quiet">Counting…</p>
      ) : enrolled === 0 ? (
        <p className="panel-quiet">Nobody has come yet. Let yourself in from the state menu above.</p>
      ) : (
        <Reach enrolled={enrolled} />
      )}
    </section>
  );
}

/** How many got to each step, in reading order: where the bars grow shorter, people drop off. */
function Reach({ enrolled }: { enrolled: number }) {
  const journey = useJourney();
  const id = useEditor((state) => state.journeyId);
  const cards = useLive((state) => state.cards);
  if (journey === null) return null;
  return (
    <table className="reach">
      <thead>
        <tr>
          <th scope="col">How far they get</th>
          <th scope="col">Came</th>
          <th scope="col">Here now</th>
        </tr>
      </thead>
      <tbody>
        {order(journey).map((stepId) => {
          const step = journey.steps[stepId];
          const counts = cards.get(stepId);
          const came = (counts?.passed ?? 0) + (counts?.here ?? 0);
          const share = Math.min(100, shareOf(came, enrolled) ?? 0);
          if (step === undefined) return null;
          return (
            <tr key={stepId}>
              <th scope="row">
                <button type="button" onClick={() => show(stepId)}>
                  <Icon path={kindOf(step).icon} size={14} />
                  <span>{titleOf(stepId, step)}</span>
                </button>
                <span className="reach-bar" style={{ width: `${share}%` }} />
              </th>
              <td>
                {NUMBER.format(came)} <small>{share}&thinsp;%</small>
              </td>
              <td>
                {counts && counts.here > 0 ? (
                  <a
                    href={pathTo({ page: "people", id }, { step: stepId })}
                    aria-label={`${counts.here} at ${titleOf(stepId, step)}: show them`}
                    data-status={counts.blocked > 0 ? "blocked" : undefined}
                  >
                    {NUMBER.format(counts.here)}
                  </a>
                ) : (
                  <span className="reach-none">–</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function show(stepId: string): void {
  useEditor.getState().select({ steps: [stepId], way: null });
  look((view) => view.reveal({ step: stepId }));
}
