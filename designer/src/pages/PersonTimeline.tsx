/** Every decision of a passage in its order, with its grounds, and the mails that came of it. */
import type { SendShape, Timeline } from "../api/api.gen";
import type { Journey } from "../journey/journey.gen";
import { sayAfter, sayInstant } from "../journey/times";
import { DecisionLine } from "../panels/DecisionLine";
import { go, pathTo } from "../routes";
import "../panels/Stages.css";
import { SendLine } from "./SendLine";

type Decision = Timeline["decisions"][number];

export function PersonTimeline({
  person,
  journey,
  onDone,
}: {
  person: Timeline;
  journey: Journey | null;
  onDone: () => void;
}) {
  const moments = momentsOf(person.decisions);
  const open = (stepId: string) =>
    go(pathTo({ page: "journey", id: person.journey_id }, { version: String(person.version), step: stepId }));
  return (
    <section aria-label="What happened">
      <ol className="stages">
        <li className="stage">
          <p className="stage-time">
            <b>Entered</b>
            <span>{sayInstant(person.enrolled_at)}</span>
          </p>
        </li>
        {moments.map((decisions) => {
          const at = decisions[0]?.decided_at ?? person.enrolled_at;
          return (
            <li key={at} className="stage">
              <p className="stage-time">
                <b>{sayAfter(person.enrolled_at, at)}</b>
                <span>{sayInstant(at)}</span>
              </p>
              <ul className="decisions">
                {decisions.map((decision) => (
                  <DecisionLine
                    key={decision.number}
                    told={{ ...decision, step: decision.step_id }}
                    journey={journey}
                    onStep={open}
                  >
                    {sendsOf(person.sends, decision).map((send) => (
                      <SendLine key={send.id} send={send} onDone={onDone} />
                    ))}
                  </DecisionLine>
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Decisions of one instant belong together: a stage. */
function momentsOf(decisions: readonly Decision[]): Decision[][] {
  const moments: Decision[][] = [];
  for (const decision of decisions) {
    const last = moments.at(-1);
    if (last?.[0]?.decided_at === decision.decided_at) last.push(decision);
    else moments.push([decision]);
  }
  return moments;
}

/** The mails that a decision to send one has led to; sending again makes a second one. */
function sendsOf(sends: readonly SendShape[], decision: Decision): readonly SendShape[] {
  return decision.outcome === "queued" ? sends.filter(({ step_id }) => step_id === decision.step_id) : [];
}
