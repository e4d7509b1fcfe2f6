/** A small picture of a journey that is larger than the screen. */
import { MiniMap, type MiniMapNodeProps, useStore } from "@xyflow/react";
import { useProblemsOf } from "../editor/checking";
import { useEditor } from "../editor/store";
import type { Layout } from "../journey/layout";
import { kindOf } from "../steps/registry";

export function CanvasMap({ layout }: { layout: Layout }) {
  const isLarger = useStore(
    ({ width, height, transform: [, , zoom] }) =>
      layout.width * zoom > width * 1.2 || layout.height * zoom > height * 1.2,
  );
  if (!isLarger) return null;
  return (
    <MiniMap pannable zoomable ariaLabel="Map of the journey" nodeComponent={MapCard} style={SIZE} offsetScale={2} />
  );
}

const SIZE = { width: 160, height: 120 };

function MapCard({ id, x, y, width, height }: MiniMapNodeProps) {
  const hue = useEditor(({ history }) => {
    const step = history?.present.journey.steps[id];
    return step && kindOf(step).hue;
  });
  const isBad = useProblemsOf(id).some(({ severity }) => severity === "error");
  return (
    <rect
      className="map-card"
      data-hue={hue}
      data-bad={isBad || undefined}
      x={x}
      y={y}
      width={width}
      height={height}
      rx={12}
    />
  );
}
