/** What every field has: a label, a line of help, and what is wrong with it. */
import { type ReactNode, useId } from "react";
import { useProblemsAt } from "../../editor/checking";
import { Sentence } from "../Sentence";
import "./Field.css";

/** What a control has to be given, so that it is read with its label, help and problems. */
export interface Ids {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

export interface FieldProps {
  label: string;
  /** One sentence below the control. */
  help?: ReactNode;
  /** Why what stands in the field is not taken. */
  fault?: string | undefined;
  /** JSON Pointer of what the field edits: problems there are shown here, and lead here. */
  pointer?: string;
  /** The label is for screen readers only. */
  isLabelHidden?: boolean;
  /** A small button beside the label. */
  action?: ReactNode;
}

export function Field({
  label,
  help,
  fault,
  pointer,
  isLabelHidden = false,
  action,
  children,
}: FieldProps & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const problems = useProblemsAt(pointer ?? "");
  const shown = pointer === undefined ? [] : problems;
  const isWrong = fault !== undefined || shown.some(({ severity }) => severity === "error");
  const said = [fault ? `${id}-fault` : "", help ? `${id}-help` : "", shown.length > 0 ? `${id}-problems` : ""]
    .filter(Boolean)
    .join(" ");
  return (
    <div className="field" data-pointer={pointer}>
      <div className={isLabelHidden ? "visually-hidden" : "field-head"}>
        <label htmlFor={id}>{label}</label>
        {action}
      </div>
      {children({
        id,
        "aria-describedby": said || undefined,
        "aria-invalid": isWrong || undefined,
      })}
      {fault && (
        <p className="field-problems" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {shown.length > 0 && (
        <ul className="field-problems" id={`${id}-problems`}>
          {shown.map((problem, at) => (
            <li key={at} data-severity={problem.severity}>
              <Sentence text={problem.message} />
              {problem.hint && (
                <span>
                  {" "}
                  <Sentence text={problem.hint} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {help && (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
