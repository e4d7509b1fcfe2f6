/** A small picture of a journey that is larger than the screen: one path a colour, however many steps there are. A press goes there. */
import { useStore } from "@xyflow/react";
import { type PointerEvent, useMemo } from "react";
import { useProblems } from "../editor/checking";
import type { Journey } from "../journey/journey.gen";
import type { Layout } from "../journey/layout";
import { kindOf } from "../steps/registry";
import { look } from "./view";
import "./CanvasMap.css";

interface Props {
  journey: Journey;
  layout: Layout;
}

/** Around the journey, in its own pixels. */
const MARGIN = 200;

export function CanvasMap(props: Props) {
  const { layout } = props;
  const isLarger = useStore(
    ({ width, height, transform: [, , zoom] }) =>
      layout.width * zoom > width * 1.2 || layout.height * zoom > height * 1.2,
  );
  return isLarger ? <Picture {...props} /> : null;
}

function Picture({ journey, layout }: Props) {
  const problems = useProblems();
  const colours = useMemo(() => {
    const bad = new Set(problems.flatMap(({ severity, step_id }) => (severity === "error" ? [step_id] : [])));
    return pathsByColour(journey, layout, bad);
  }, [journey, layout, problems]);
  const width = layout.width + 2 * MARGIN;
  const height = layout.height + 2 * MARGIN;
  const go = (event: PointerEvent<SVGSVGElement>) => {
    const matrix = event.currentTarget.getScreenCTM();
    if (matrix === null || event.buttons === 0) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    look((view) => view.centre(x, y));
  };
  return (
    <svg
      className="canvas-map nopan"
      viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
      role="img"
      aria-label="Map of the journey"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      {colours.map(([colour, path]) => (
        <path key={colour} d={path} data-colour={colour} />
      ))}
      <Window />
    </svg>
  );
}

/** The part that is on the screen. */
function Window() {
  const x = useStore(({ transform }) => -transform[0] / transform[2]);
  const y = useStore(({ transform }) => -transform[1] / transform[2]);
  const width = useStore((state) => state.width / state.transform[2]);
  const height = useStore((state) => state.height / state.transform[2]);
  return <rect className="canvas-window" x={x} y={y} width={width} height={height} />;
}

function pathsByColour(journey: Journey, layout: Layout, bad: ReadonlySet<string | null>): [string, string][] {
  const paths = new Map<string, string>();
  for (const [id, { x, y, width, height }] of layout.cards) {
    const step = journey.steps[id];
    if (step === undefined) continue;
    const colour = bad.has(id) ? "bad" : kindOf(step).hue;
    paths.set(colour, `${paths.get(colour) ?? ""}M${x},${y}h${width}v${height}h${-width}z`);
  }
  return [...paths];
}
