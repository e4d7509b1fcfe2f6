/** A small picture of a journey that is larger than the screen. */
import { MiniMap, useStore } from "@xyflow/react";
import { useCallback, useMemo } from "react";
import { useProblems } from "../editor/checking";
import type { Layout } from "../journey/layout";
import { kindOf } from "../steps/registry";
import type { CardNode } from "./drawing";

export function CanvasMap({ layout }: { layout: Layout }) {
  const isLarger = useStore(
    ({ width, height, transform: [, , zoom] }) =>
      layout.width * zoom > width * 1.2 || layout.height * zoom > height * 1.2,
  );
  const problems = useProblems();
  const bad = useMemo(
    () => new Set(problems.flatMap(({ severity, step_id }) => (severity === "error" ? [step_id] : []))),
    [problems],
  );
  const colour = useCallback(
    ({ id, data }: CardNode) => (bad.has(id) ? "var(--bad)" : `var(--${kindOf(data.step).hue})`),
    [bad],
  );
  if (!isLarger) return null;
  return (
    <MiniMap
      pannable
      zoomable
      ariaLabel="Map of the journey"
      nodeColor={colour}
      nodeBorderRadius={12}
      style={SIZE}
      offsetScale={2}
    />
  );
}

const SIZE = { width: 160, height: 120 };
