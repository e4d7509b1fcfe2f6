/** Parts that the first look does not need: fetched when they are first shown, or before that in a quiet moment. */
import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { notify } from "./Notices";

interface Options {
  /** Most visits need it: `fetchSoon` brings it, and from then on it is there at once. */
  isSoon?: boolean;
}

const SOON: (() => Promise<unknown>)[] = [];

/** A component that is fetched when it is first drawn; nothing stands in its place until then. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  options: Options = {},
): ComponentType<P> {
  let present: ComponentType<P> | null = null;
  const fetch = async () => {
    present = await load();
    return present;
  };
  const Fetched = lazy(async () => ({ default: await fetch().catch(() => Unfetched) }));
  if (options.isSoon) SOON.push(fetch);
  return function Later(props: P) {
    // As it was when it was first drawn: what is on the screen does not begin anew.
    const [Present] = useState(() => present);
    if (Present !== null) return <Present {...props} />;
    return (
      <Suspense fallback={null}>
        <Fetched {...props} />
      </Suspense>
    );
  };
}

/** A module that `fetchSoon` brings, for what is not drawn. */
export function soon<M>(load: () => Promise<M>): () => Promise<M> {
  SOON.push(load);
  return load;
}

/** Without a network, or after Wend was renewed: the rest of the page goes on, and nothing that was edited is lost. */
function Unfetched() {
  useEffect(
    () =>
      notify({
        text: "This part of the page could not be loaded.",
        action: { label: "Load again", perform: () => location.reload() },
      }),
    [],
  );
  return null;
}

/** Fetch what is needed soon, now that there is nothing more urgent. What does not come now is asked for again when it is shown. */
export function fetchSoon(): void {
  for (const fetch of SOON.splice(0)) fetch().catch(() => {});
}
