/** A journey as a small picture: its shape, and the hues of its steps. */
import { useMemo } from "react";
import type { Journey } from "../../journey/journey.gen";
import { layOut } from "../../journey/layout";
import { kindOf } from "../../steps/registry";
import "./MiniGraph.css";

export function MiniGraph({ journey }: { journey: Journey }) {
  const { cards, edges, width, height } = useMemo(() => layOut(journey), [journey]);
  return (
    <svg className="mini" viewBox={`-24 0 ${width + 48} ${height + 24}`} aria-hidden="true">
      {edges
        .filter(({ isFar, way }) => !isFar && way.next !== null)
        .map(({ way, points }) => (
          <polyline key={way.pointer} points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
        ))}
      {[...cards].map(([id, card]) => {
        const step = journey.steps[id];
        return step && <rect key={id} {...card} rx={16} data-hue={kindOf(step).hue} />;
      })}
    </svg>
  );
}
