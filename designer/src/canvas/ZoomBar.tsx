/** Nearer, farther, all of it. */
import { useStore } from "@xyflow/react";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { look } from "./view";

export function ZoomBar() {
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <div className="zoom-bar" role="toolbar" aria-label="Zoom">
      <Button
        look="quiet"
        aria-label="Zoom out"
        title="Zoom out (−)"
        onClick={() => look((view) => view.zoomBy(1 / 1.25))}
      >
        <Icon name="minus" />
      </Button>
      <Button
        look="quiet"
        className="zoom-now"
        aria-label={`Zoom is ${percent} percent: set it to 100`}
        title="Actual size (0)"
        onClick={() => look((view) => view.zoomTo(1))}
      >
        {percent} %
      </Button>
      <Button look="quiet" aria-label="Zoom in" title="Zoom in (+)" onClick={() => look((view) => view.zoomBy(1.25))}>
        <Icon name="plus" />
      </Button>
      <Button
        look="quiet"
        aria-label="Show the whole journey"
        title="Show the whole journey (1)"
        onClick={() => look((view) => view.fit())}
      >
        <Icon name="fit" />
      </Button>
    </div>
  );
}
