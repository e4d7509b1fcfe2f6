/** Parts that few visits need: fetched when they are first shown, so that the canvas is there sooner. */
import { type ComponentType, lazy, Suspense } from "react";

/** A component that is fetched when it is first drawn; nothing stands in its place until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Fetched = lazy(async () => ({ default: await load() }));
  return function Later(props: P) {
    return (
      <Suspense fallback={null}>
        <Fetched {...props} />
      </Suspense>
    );
  };
}
