/** Asking the same again and again, without asking much: ETags, and silence while nobody looks. */
import { useEffect } from "react";
import type { CountsAnswer } from "../api/api.gen";
import { ask } from "../api/client";
import { hideCounts, showCounts, useLive } from "./live";

const SECONDS = 10;

/** Show this journey's counts and keep them fresh while `isOn`. */
export function useLiveCounts(journeyId: string, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    let etag: string | null = null;
    const stop = repeat(async (signal) => {
      const headers: Record<string, string> = etag === null ? {} : { "If-None-Match": etag };
      try {
        const answer = await ask<CountsAnswer>(`/v1/journeys/${journeyId}/counts`, { headers, signal });
        if (answer.status === 304) return useLive.setState({ isStale: false });
        etag = answer.etag;
        if (!signal.aborted) showCounts(answer.value);
      } catch (error) {
        if (!signal.aborted) useLive.setState({ isStale: true });
        throw error;
      }
    });
    return () => {
      stop();
      hideCounts();
    };
  }, [journeyId, isOn]);
}

/** Do something now, every few seconds while the page can be seen, and at once when it comes back. A failure waits for the next time. */
export function repeat(
  perform: (signal: AbortSignal) => Promise<void>,
  seconds: number | (() => number) = SECONDS,
): () => void {
  const leaving = new AbortController();
  let timer = 0;
  const tick = () => {
    clearTimeout(timer);
    if (document.hidden || leaving.signal.aborted) return;
    perform(leaving.signal)
      .catch(() => {})
      .finally(() => {
        clearTimeout(timer);
        timer = window.setTimeout(tick, (typeof seconds === "number" ? seconds : seconds()) * 1000);
      });
  };
  document.addEventListener("visibilitychange", tick);
  tick();
  return () => {
    leaving.abort();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}
