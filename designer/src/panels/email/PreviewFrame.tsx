/** A mail's HTML in a frame that the server fills and that may do nothing. What is shown stays until the next is ready. */
import { useEffect, useId, useRef, useState } from "react";
import "./PreviewFrame.css";

interface Props {
  /** The template. */
  name: string;
  /** What the preview takes, as JSON. */
  input: string;
  title: string;
  /** What the mail is to believe of the reader's screen. */
  scheme: "light" | "dark";
  /** A picture only: not read out, not scrolled, not clicked. */
  isPicture?: boolean;
}

export function PreviewFrame({ name, input, title, scheme, isPicture = false }: Props) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  // Two frames take turns, so that nothing flashes while the next mail loads.
  const [front, setFront] = useState(0);
  const next = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is sent when what it says has changed
  useEffect(() => {
    const at = 1 - next.current;
    form.current?.setAttribute("target", `${id}${at}`);
    form.current?.submit();
    next.current = at;
  }, [id, name, input]);
  return (
    <div className="preview-frame" data-scheme={scheme} data-picture={isPicture || undefined}>
      <form ref={form} method="post" action={`/v1/templates/${encodeURIComponent(name)}/preview/frame`} hidden>
        <input type="hidden" name="input" value={input} />
      </form>
      {[0, 1].map((at) => (
        <iframe
          key={at}
          name={`${id}${at}`}
          title={title}
          data-front={front === at || undefined}
          aria-hidden={isPicture || front !== at}
          tabIndex={isPicture || front !== at ? -1 : 0}
          onLoad={() => {
            if (next.current === at) setFront(at);
          }}
        />
      ))}
    </div>
  );
}
