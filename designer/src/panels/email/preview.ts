/** A mail as the server renders it for a person, a moment after each change. */
import { useEffect, useState } from "react";
import type { PreviewAnswer, PreviewInput, TemplateContent } from "../../api/api.gen";
import { ApiError, ask } from "../../api/client";
import type { Person } from "./people";

const PAUSE = 250;

export interface Preview {
  answer: PreviewAnswer | null;
  /** What was rendered last, as JSON: the frame is filled with the same. */
  input: string | null;
  /** Why the content cannot be rendered; the last good answer stays. */
  failure: string;
}

export function inputOf(content: TemplateContent | null, person: Person, journeyName: string): PreviewInput {
  return { content, marks_missing: true, ...person, journey: { name: journeyName } };
}

/** Render a content of a template whenever it or the person changes. */
export function usePreview(
  name: string,
  content: TemplateContent | null,
  person: Person | null,
  journeyName: string,
): Preview {
  const [preview, setPreview] = useState<Preview>({ answer: null, input: null, failure: "" });
  const input = content === null || person === null ? null : JSON.stringify(inputOf(content, person, journeyName));
  useEffect(() => {
    if (input === null) return;
    const leaving = new AbortController();
    const render = async () => {
      const path = `/v1/templates/${encodeURIComponent(name)}/preview`;
      const { value } = await ask<PreviewAnswer>(path, { method: "POST", text: input, signal: leaving.signal });
      setPreview({ answer: value, input, failure: "" });
    };
    const timer = setTimeout(() => {
      render().catch((error: unknown) => {
        if (leaving.signal.aborted) return;
        const failure =
          error instanceof ApiError
            ? [error.message, ...error.problems.map((each) => each.message)].join(" ")
            : String(error);
        setPreview((last) => ({ ...last, failure }));
      });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [name, input]);
  return preview;
}
