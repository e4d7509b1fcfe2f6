/** Canvas or outline: the address says it, else the size of the screen. */
import { useSyncExternalStore } from "react";
import { useAddress } from "../routes";

const SMALL = "(max-width: 700px)";

/** Whether the journey is shown as an outline now. */
export function isOutline(draw: string | null = new URLSearchParams(location.search).get("draw")): boolean {
  return draw === "outline" || (draw !== "canvas" && matchMedia(SMALL).matches);
}

export function useIsOutline(): boolean {
  const { query } = useAddress();
  return useSyncExternalStore(subscribe, () => isOutline(query.draw ?? null));
}

function subscribe(changed: () => void): () => void {
  const small = matchMedia(SMALL);
  small.addEventListener("change", changed);
  return () => small.removeEventListener("change", changed);
}
