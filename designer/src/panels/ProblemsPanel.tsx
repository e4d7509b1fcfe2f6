/** Everything that is wrong, each leading to its place, with a remedy where it is certain. */
import type { ProblemShape } from "../api/api.gen";
import { look } from "../canvas/view";
import { goToProblem, useChecking, useIsBlank } from "../editor/checking";
import { useEditor, useJourney } from "../editor/store";
import { remedyOf } from "../journey/remedies";
import { titleOf } from "../journey/titles";
import { goWith } from "../routes";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Sentence } from "../ui/Sentence";
import "./ProblemsPanel.css";

export function ProblemsPanel() {
  const { problems, isStale } = useChecking();
  const isBlank = useIsBlank();
  const errors = problems.filter(({ severity }) => severity === "error");
  return (
    <section className="panel problems-panel" aria-label="Problems" aria-busy={isStale}>
      <h2>Problems</h2>
      {isBlank ? (
        <p className="panel-quiet">
          There are no steps yet, and publishing needs one. Drag it onto the plus, or press <kbd>/</kbd>.
        </p>
      ) : problems.length === 0 ? (
        <p className="problems-none">
          <Icon name="check" />
          Nothing is wrong. It can be published.
        </p>
      ) : (
        <>
          <p className="panel-quiet">
            {errors.length > 0
              ? "Drafts are saved with their problems; errors only block publishing."
              : "Warnings do not block publishing."}{" "}
            <kbd>F8</kbd> goes to the next one.
          </p>
          <Group title="Errors" severity="error" />
          <Group title="Warnings" severity="warning" />
        </>
      )}
    </section>
  );
}

function Group({ title, severity }: { title: string; severity: string }) {
  const problems = useChecking((state) => state.problems);
  const current = useChecking((state) => state.current);
  const shown = problems
    .map((problem, index) => ({ problem, index }))
    .filter(({ problem }) => problem.severity === severity);
  if (shown.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className="problems-count">{shown.length}</span>
      </h3>
      <ul className="problems-list">
        {shown.map(({ problem, index }) => (
          <Line
            key={`${index} ${problem.code} ${problem.pointer}`}
            problem={problem}
            index={index}
            isCurrent={index === current}
          />
        ))}
      </ul>
    </section>
  );
}

function Line({ problem, index, isCurrent }: { problem: ProblemShape; index: number; isCurrent: boolean }) {
  const journey = useJourney();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const step = problem.step_id === null ? undefined : journey?.steps[problem.step_id];
  const remedy = journey && !isReadOnly ? remedyOf(problem, journey) : null;
  return (
    <li className="problem" data-severity={problem.severity} data-current={isCurrent || undefined}>
      <button type="button" className="problem-face" aria-current={isCurrent || undefined} onClick={() => show(index)}>
        <Icon name={problem.severity === "error" ? "fail" : "warn"} />
        <span>
          <span className="problem-where">
            {step && problem.step_id !== null ? titleOf(problem.step_id, step) : "The journey"}
          </span>
          <b>
            <Sentence text={problem.message} />
          </b>
          {problem.hint && (
            <span className="problem-hint">
              <Sentence text={problem.hint} />
            </span>
          )}
        </span>
      </button>
      {remedy && <Button onClick={() => useEditor.getState().edit(remedy.label, remedy.change)}>{remedy.label}</Button>}
    </li>
  );
}

/** Leave the list for the place itself. */
function show(index: number): void {
  const problem = goToProblem(index);
  if (problem === null) return;
  const isText = useEditor.getState().history === null;
  goWith({ panel: isText ? "json" : "" });
  const stepId = problem.step_id;
  if (stepId !== null) look((view) => view.reveal({ step: stepId }));
}
