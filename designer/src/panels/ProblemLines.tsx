/** Problems as lines, each leading to its step. */
import type { ProblemShape } from "../api/api.gen";
import { look } from "../canvas/view";
import { useEditor } from "../editor/store";
import { Icon } from "../ui/Icon";
import { Sentence } from "../ui/Sentence";

export function ProblemLines({ problems, onLeave }: { problems: readonly ProblemShape[]; onLeave?: () => void }) {
  return (
    <ul className="problem-lines">
      {problems.map((problem) => (
        <li key={problem.pointer + problem.code + problem.message} data-severity={problem.severity}>
          <Icon name={problem.severity === "error" ? "fail" : "warn"} />
          <div>
            <p>
              <Sentence text={problem.message} />
            </p>
            {problem.hint && (
              <p className="panel-quiet">
                <Sentence text={problem.hint} />
              </p>
            )}
          </div>
          {problem.step_id !== null && onLeave && (
            <button
              type="button"
              className="button"
              data-look="quiet"
              onClick={() => {
                onLeave();
                const stepId = problem.step_id ?? "";
                useEditor.getState().select({ steps: [stepId], way: null });
                look((view) => view.reveal({ step: stepId }));
              }}
            >
              Show
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
