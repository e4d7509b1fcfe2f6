/** The path of one imagined person: a scrubber over virtual time, and every decision with its grounds. */
import { look } from "../canvas/view";
import { useEditor, useJourney } from "../editor/store";
import { showTrace, type Trace, type TraceStage, useTraceState } from "../editor/trace";
import { saySeconds } from "../journey/durations";
import { sayReason } from "../journey/grounds";
import type { Journey } from "../journey/journey.gen";
import { sayAfter, sayInstant } from "../journey/times";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { DecisionLine } from "./DecisionLine";
import "./Stages.css";

export function TracePath() {
  const journey = useJourney();
  const trace = useTraceState((state) => state.trace);
  const shown = useTraceState((state) => state.shown);
  if (trace === null) return <p className="panel-quiet">Walking…</p>;
  const [first] = trace.stages;
  if (first === undefined) return <p className="panel-quiet">Nothing happens.</p>;
  const go = (next: number) => {
    showTrace(trace, next);
    const last = trace.stages[next - 1]?.decisions.findLast(({ step }) => step !== null)?.step;
    if (typeof last === "string") look((view) => view.reveal({ step: last }));
  };
  return (
    <div className="trace">
      <Scrubber trace={trace} shown={shown} onGo={go} />
      <ol className="stages">
        {trace.stages.map((stage, at) => (
          <li key={stage.at + at} className="stage" data-ahead={at >= shown || undefined}>
            <button
              type="button"
              className="stage-time"
              onClick={() => go(at + 1)}
              aria-current={at === shown - 1 || undefined}
            >
              <b>{sayAfter(first.at, stage.at)}</b>
              <span>{localTime(stage)}</span>
            </button>
            <ul className="decisions">
              {stage.decisions.map((told, index) => (
                <DecisionLine key={index} told={told} journey={journey} onStep={select}>
                  <Mails stage={stage} stepId={told.step} />
                </DecisionLine>
              ))}
            </ul>
          </li>
        ))}
        <li className="stage-end" data-ahead={shown < trace.stages.length || undefined}>
          <Icon name="flag" size={14} />
          {sayEnd(trace, journey)}
        </li>
      </ol>
    </div>
  );
}

function Scrubber({ trace, shown, onGo }: { trace: Trace; shown: number; onGo: (next: number) => void }) {
  const count = trace.stages.length;
  const [first] = trace.stages;
  const stage = trace.stages[shown - 1];
  const label = stage && first ? `${localTime(stage)}, ${sayAfter(first.at, stage.at)}` : "";
  return (
    <div className="scrubber">
      <Button look="quiet" aria-label="Back in time" disabled={shown <= 1} onClick={() => onGo(shown - 1)}>
        <Icon name="back" />
      </Button>
      <input
        type="range"
        min={1}
        max={Math.max(count, 2)}
        disabled={count < 2}
        value={shown}
        aria-label="Virtual time"
        aria-valuetext={label}
        onChange={(event) => onGo(Math.min(count, Number(event.target.value)))}
      />
      <Button look="quiet" aria-label="On in time" disabled={shown >= count} onClick={() => onGo(shown + 1)}>
        <Icon name="right" />
      </Button>
      <output>{label}</output>
    </div>
  );
}

function Mails({ stage, stepId }: { stage: TraceStage; stepId: string | null }) {
  const own = stage.mails.filter(({ step }) => step === stepId);
  return own.map((mail) =>
    mail.state === "ACCEPTED" ? null : (
      <p key={mail.template} className="stage-unsent">
        It would not be sent: {mail.reason ?? mail.state.toLowerCase()}
      </p>
    ),
  );
}

function select(stepId: string): void {
  useEditor.getState().select({ steps: [stepId], way: null });
  look((view) => view.reveal({ step: stepId }));
}

/** The person's own clock: the local time comes with its offset, and is shown as it stands there. */
function localTime(stage: TraceStage): string {
  return sayInstant(`${stage.local.slice(0, 19)}Z`, "UTC");
}

function sayEnd(trace: Trace, journey: Journey | null): string {
  const { ended, stages } = trace;
  const [first, last] = [stages[0]?.at ?? "", stages.at(-1)?.at ?? ""];
  const seconds = Math.round((new Date(last).getTime() - new Date(first).getTime()) / 1_000);
  // Nobody asks for the seconds of days.
  const rounded = seconds < 3_600 ? seconds : Math.round(seconds / 60) * 60;
  const when = seconds > 0 ? `after ${saySeconds(rounded)}` : "at once";
  if (ended.status === "exited") return `Leaves ${when}: ${sayReason(ended.reason ?? "")}`;
  if (ended.status === "waiting") {
    const name = journey?.steps[ended.step ?? ""]?.name ?? ended.step;
    return `Still waits at ${name} in ten years: nobody looks further ahead.`;
  }
  return `Finishes ${when}`;
}
