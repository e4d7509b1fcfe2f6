/** The list of journeys as it is on the server, kept fresh. */
import { useEffect } from "react";
import { create } from "zustand";
import type { JourneySummary, Page_JourneySummary_ } from "../../api/api.gen";
import { get } from "../../api/client";
import { repeat } from "../../editor/polling";
import { sayFailure } from "../../editor/standing";

interface Listing {
  /** Null until the first answer. */
  journeys: readonly JourneySummary[] | null;
  /** Why there is no newer answer, as a sentence. */
  failure: string;
}

export const useListing = create<Listing>()(() => ({ journeys: null, failure: "" }));

/** Keep the list fresh while the page is open. */
export function useFreshListing(): void {
  useEffect(() => repeat(refresh), []);
}

/** Answers may overtake each other: what was asked before the list that is shown is no news. */
let asked = 0;
let shown = 0;

/** Ask for all journeys again. */
export async function refresh(signal?: AbortSignal): Promise<void> {
  asked += 1;
  const turn = asked;
  try {
    const found: JourneySummary[] = [];
    let after = "";
    do {
      const query = new URLSearchParams({ limit: "200", ...(after ? { after } : {}) });
      const page = await get<Page_JourneySummary_>(`/v1/journeys?${query}`, signal);
      found.push(...page.results);
      after = page.next ?? "";
    } while (after !== "");
    if (turn < shown) return;
    shown = turn;
    useListing.setState({ journeys: found, failure: "" });
  } catch (error) {
    if (!signal?.aborted) useListing.setState({ failure: sayFailure(error) });
  }
}

/** The journeys that a search finds, the last changed first. */
export function found(journeys: readonly JourneySummary[], search: string): JourneySummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return journeys
    .filter(({ id, name, state }) => {
      const text = `${name} ${id} ${state}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted(
      (one, other) => (other.changed_at ?? "").localeCompare(one.changed_at ?? "") || one.id.localeCompare(other.id),
    );
}
