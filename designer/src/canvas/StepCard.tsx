/** One step: what it is, what it is called and what it does. Its numbers and problems come from stores of their own, so that the rest is not drawn again. */
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useProblemsOf } from "../editor/checking";
import { usePaint } from "../editor/painting";
import { useEditor, useIsSelected } from "../editor/store";
import { useIsTracing, useTrace } from "../editor/trace";
import type { Step } from "../journey/journey.gen";
import { kindOf, summaryOf, titleOf } from "../steps/registry";
import { Icon } from "../ui/Icon";
import { CardCounts } from "./CardCounts";
import { CardTime } from "./CardTime";
import { liftSteps, useIsLifted } from "./drag";
import type { CardNode } from "./drawing";
import { openMenuAt } from "./menu";
import { selectStep } from "./pointing";
import "./StepCard.css";
import { focusPanel } from "./view";
import { focusOf } from "./walking";

export const StepCard = memo(function StepCard({ id, data }: NodeProps<CardNode>) {
  return <Card id={id} step={data.step} />;
});

function Card({ id, step }: { id: string; step: Step }) {
  const isSelected = useIsSelected(id);
  const isStop = useIsStop(id);
  const isLifted = useIsLifted(id);
  const trace = useTrace(id);
  const isTracing = useIsTracing();
  const paint = usePaint(id);
  const problems = useProblemsOf(id);
  const kind = kindOf(step);
  const title = titleOf(id, step);
  const summary = summaryOf(step);
  const messages = problems.map(({ message }) => message.replaceAll("`", ""));
  const isBad = problems.some(({ severity }) => severity === "error");
  return (
    <div
      className="card"
      data-hue={kind.hue}
      data-selected={isSelected || undefined}
      data-lifted={isLifted || undefined}
      data-trace={trace ?? (isTracing ? "off" : undefined)}
      data-paint={paint ?? undefined}
      data-problem={problems.length === 0 ? undefined : isBad ? "error" : "warning"}
    >
      <button
        type="button"
        className="card-face"
        data-step={id}
        tabIndex={isStop ? 0 : -1}
        aria-pressed={isSelected}
        aria-description={[paint && `${PAINTS[paint]}.`, TRACES[trace ?? ""], ...messages].filter(Boolean).join(" ")}
        onPointerDown={(event) => liftSteps(event, id)}
        onClick={(event) => selectStep(id, event.shiftKey || event.ctrlKey || event.metaKey)}
        onDoubleClick={() => focusPanel()}
        onContextMenu={(event) => openMenuAt(event, id)}
      >
        <span className="card-icon">
          <Icon path={kind.icon} />
        </span>
        <span className="card-words">
          <span className="card-title" title={title}>
            {title}
            <span className="visually-hidden">, {kind.title}: </span>
          </span>
          <span className="card-summary">
            <span>{summary || kind.title}</span>
            <CardTime id={id} />
          </span>
        </span>
        {step.note && (
          <span className="card-note" title={step.note}>
            <Icon name="note" size={12} />
          </span>
        )}
      </button>
      {problems.length > 0 && (
        <span className="card-badge" title={messages.join("\n")}>
          <Icon name={isBad ? "fail" : "warn"} size={12} />
          {problems.length > 1 && problems.length}
        </span>
      )}
      {paint && <span className="card-paint">{PAINTS[paint]}</span>}
      <CardCounts id={id} title={title} />
    </div>
  );
}

const PAINTS: Readonly<Record<string, string>> = { added: "New", changed: "Changed", removed: "Removed" };
const TRACES: Readonly<Record<string, string>> = { passed: "On the path.", here: "Here now." };

/** Whether Tab leads here: one card or plus of the canvas does. */
function useIsStop(id: string): boolean {
  return useEditor(({ history }) => {
    if (history === null) return false;
    const spot = focusOf(history.present.journey, history.present.selection);
    return "step" in spot && spot.step === id;
  });
}
