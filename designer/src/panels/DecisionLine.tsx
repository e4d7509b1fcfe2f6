/** One decision: at which step, what happened, and on what grounds. */
import type { ReactNode } from "react";
import { titleIn } from "../editor/naming";
import { type Ground, type Told, tellGrounds, tellOutcome } from "../journey/grounds";
import type { Journey } from "../journey/journey.gen";
import { kindOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import "./DecisionLine.css";

interface Props {
  told: Told;
  journey: Journey | null;
  /** A click on the step's name; without it the name is a text. */
  onStep?: ((stepId: string) => void) | undefined;
  children?: ReactNode;
}

export function DecisionLine({ told, journey, onStep, children }: Props) {
  const step = told.step === null ? undefined : journey?.steps[told.step];
  const look = step && kindOf(step);
  const title = told.step === null ? "The journey" : titleIn(told.step, journey);
  const grounds = tellGrounds(told, journey);
  return (
    <li className="decision">
      <span className="decision-icon" data-hue={look?.hue}>
        {look ? <Icon path={look.icon} size={14} /> : <Icon name="flag" size={14} />}
      </span>
      <div>
        <p className="decision-head">
          {onStep && step ? (
            <button type="button" onClick={() => onStep(told.step ?? "")}>
              {title}
            </button>
          ) : (
            <b>{title}</b>
          )}
          <span>{tellOutcome(told, journey)}</span>
        </p>
        {grounds.length > 0 && (
          <ul className="grounds">
            {grounds.map((ground, at) => (
              <GroundLine key={at} ground={ground} />
            ))}
          </ul>
        )}
        {children}
      </div>
    </li>
  );
}

function GroundLine({ ground }: { ground: Ground }) {
  const { held, depth, text } = ground;
  return (
    <li data-held={held ?? undefined} data-depth={depth || undefined}>
      {held !== null && (
        <>
          <Icon name={held ? "check" : "close"} size={12} />
          <span className="visually-hidden">{held ? "Held: " : "Did not hold: "}</span>
        </>
      )}
      <span>{text}</span>
    </li>
  );
}
