/** Shares of a hundred as one bar. The dividers are dragged, or moved by arrow keys; where there are too many to be taken hold of, the bar only shows. */
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import "./PercentBar.css";

export interface Part {
  id: string;
  label: string;
  share: number;
}

interface Props {
  label: string;
  parts: readonly Part[];
  /** A divider was moved by so many percent: the one behind the part `at`. */
  onMove: (at: number, delta: number) => void;
  isDisabled?: boolean;
}

/** So many parts leave each divider a finger's width, in the usual panel. */
const MOST_DIVIDED = 12;

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -100,
  End: 100,
};

export function PercentBar({ label, parts, onMove, isDisabled = false }: Props) {
  const bar = useRef<HTMLFieldSetElement>(null);
  const edges = parts.map((_, at) => parts.slice(0, at + 1).reduce((sum, part) => sum + part.share, 0));

  const drag = (event: PointerEvent<HTMLElement>, at: number) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const pointed = Math.round(((event.clientX - box.left) / box.width) * 100);
    const delta = pointed - (edges[at] ?? 0);
    if (delta !== 0) onMove(at, delta);
  };
  const press = (event: KeyboardEvent, at: number) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onMove(at, event.shiftKey ? step * 5 : step);
  };
  return (
    <fieldset className="percent-bar" ref={bar} aria-label={label}>
      {parts.map((part) => (
        <div key={part.id} className="percent-part" style={{ flexGrow: part.share }}>
          <span>{part.share >= 8 && `${part.share} %`}</span>
        </div>
      ))}
      {(parts.length > MOST_DIVIDED ? [] : parts.slice(0, -1)).map((part, at) => {
        const right = parts[at + 1];
        return (
          <div
            key={part.id}
            className="percent-handle"
            style={{ left: `${edges[at]}%` }}
            role="slider"
            tabIndex={isDisabled ? -1 : 0}
            aria-disabled={isDisabled}
            aria-label={`Between ${part.label} and ${right?.label}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={edges[at] ?? 0}
            aria-valuetext={`${part.label} ${part.share} %, ${right?.label} ${right?.share} %`}
            onPointerDown={(event) => {
              if (isDisabled) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              event.currentTarget.focus();
            }}
            onPointerMove={(event) => drag(event, at)}
            onKeyDown={(event) => !isDisabled && press(event, at)}
          />
        );
      })}
    </fieldset>
  );
}
