/** The lines between cards, the names of branches on them, and a plus on each. Only what is near the screen, in a large journey. */
import { useStore } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useBranchCounts } from "../editor/live";
import { useTraceWay } from "../editor/trace";
import type { Edge, Layout } from "../journey/layout";
import { pathOf } from "../journey/paths";
import { WayEnd } from "./WayEnd";
import { WayLabel } from "./WayLabel";
import { WayPlus } from "./WayPlus";
import { WayStart } from "./WayStart";
import "./Ways.css";

export function Ways({ layout, isLarge }: { layout: Layout; isLarge: boolean }) {
  const region = useRegion(isLarge);
  const edges = useMemo(() => near(layout.edges, region), [layout, region]);
  return (
    <>
      <svg className="ways" width="1" height="1" aria-hidden="true">
        {edges.map(({ way, points, plus }) => (
          <WayLine
            key={way.pointer}
            from={way.from}
            branch={way.branch}
            path={pathOf(way.next === null ? [...points.slice(0, -1), plus] : points, CORNERS)}
            tail={way.next === null ? pathOf([plus, points.at(-1) ?? plus], 0) : null}
          />
        ))}
      </svg>
      <div className="way-marks">
        {edges.map(({ way, points, plus, label, isFar }) => {
          const last = points.at(-1);
          return (
            <div key={way.pointer}>
              {way.from === null && points[0] && <WayStart x={points[0].x} y={points[0].y} />}
              {label && <WayLabel {...way} x={label.x} y={label.y} />}
              {(isFar || way.next === null) && last && (
                <WayEnd goal={isFar ? way.next : null} isStart={way.from === null} x={last.x} y={last.y} />
              )}
              <WayPlus
                pointer={way.pointer}
                from={way.from}
                label={way.label}
                x={plus.x}
                y={plus.y}
                isEnd={way.next === null}
              />
            </div>
          );
        })}
      </div>
    </>
  );
}

/** So many bends has the line that bends most: every line is drawn with as many, so that they can turn into each other. */
const CORNERS = 4;

const WayLine = memo(function WayLine(props: {
  from: string | null;
  branch: string | null;
  path: string;
  tail: string | null;
}) {
  const counts = useBranchCounts(props.from, props.branch);
  const isLit = useTraceWay(props.from, props.branch);
  return (
    <g data-lit={isLit || undefined}>
      <path d={props.path} style={counts ? { strokeWidth: counts.width } : undefined} />
      {props.tail && <path className="way-tail" d={props.tail} />}
    </g>
  );
});

/** The part of the canvas around the screen, in steps that are rarely left; null where all is drawn. */
function useRegion(isLarge: boolean): string | null {
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    if (!isLarge) return null;
    const grid = 400;
    const left = Math.floor((-x / zoom - grid) / grid) * grid;
    const top = Math.floor((-y / zoom - grid) / grid) * grid;
    const right = Math.ceil(((width - x) / zoom + grid) / grid) * grid;
    const bottom = Math.ceil(((height - y) / zoom + grid) / grid) * grid;
    return [left, top, right, bottom].join(" ");
  });
}

function near(edges: readonly Edge[], region: string | null): readonly Edge[] {
  if (region === null) return edges;
  const [left = 0, top = 0, right = 0, bottom = 0] = region.split(" ").map(Number);
  return edges.filter(({ points }) => {
    const first = points[0];
    const last = points.at(-1);
    if (!first || !last) return false;
    const isBeside = Math.max(first.x, last.x) < left || Math.min(first.x, last.x) > right;
    return !isBeside && last.y >= top && first.y <= bottom;
  });
}
