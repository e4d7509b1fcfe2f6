/** The edge between canvas and panel: pulled by mouse or arrow keys, and remembered in this browser. */
import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import "./PanelEdge.css";

const PLACE = "wend-panel-width";
const LEAST = 320;
const MOST = 720;
const USUAL = 380;
const STEP = 20;

export function PanelEdge() {
  const [width, setWidth] = useState(remembered);
  useEffect(() => {
    document.documentElement.style.setProperty("--panel-width", `${width}px`);
    try {
      localStorage.setItem(PLACE, String(width));
    } catch {
      // A browser that keeps nothing: then it holds for this page only.
    }
  }, [width]);
  const pull = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(within(innerWidth - event.clientX));
  };
  const type = (event: KeyboardEvent) => {
    const by = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    setWidth((old) => within(old + by));
  };
  return (
    <div
      role="slider"
      className="panel-edge"
      aria-label="Width of the details"
      aria-orientation="horizontal"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={pull}
      onDoubleClick={() => setWidth(USUAL)}
      onKeyDown={type}
    />
  );
}

function within(width: number): number {
  return Math.round(Math.max(LEAST, Math.min(MOST, innerWidth / 2, width)));
}

function remembered(): number {
  try {
    const kept = Number(localStorage.getItem(PLACE));
    return kept >= LEAST ? within(kept) : USUAL;
  } catch {
    return USUAL;
  }
}
