/** A question or a form above the page. Mounted means open; Escape, the cross and a click beside it close it. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./Button";
import "./Dialog.css";
import { Icon } from "./Icon";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the lower edge, the one that goes ahead last. */
  footer?: ReactNode;
  size?: "small" | "medium" | "large" | "full";
  /** No heading to be seen: the title is its label only. */
  isBare?: boolean;
}

export function Dialog({ title, onClose, children, footer, size = "medium", isBare = false }: Props) {
  const place = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // At once: a key that comes before it is open would be meant for it.
  useLayoutEffect(() => {
    const dialog = place.current;
    const before = lineOf(document.activeElement);
    dialog?.showModal();
    // What is asked comes before the cross.
    dialog
      ?.querySelector<HTMLElement>(".dialog-body :is(input:checked, input:not([type='radio']), select, textarea)")
      ?.focus();
    return () => {
      dialog?.close();
      // React takes the dialog away before the browser can give the focus back.
      giveBack(before);
    };
  }, []);
  return (
    <dialog
      ref={place}
      className="dialog"
      data-size={size}
      data-bare={isBare || undefined}
      aria-label={isBare ? title : undefined}
      aria-labelledby={isBare ? undefined : heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === place.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-sheet">
        {!isBare && (
          <div className="dialog-head">
            <h2 id={heading}>{title}</h2>
            <Button look="quiet" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </Button>
          </div>
        )}
        <div className="dialog-body">{children}</div>
        {footer && <div className="dialog-foot">{footer}</div>}
      </div>
    </dialog>
  );
}

/** An element and all around it, from the inside out. */
function lineOf(element: Element | null): Element[] {
  return element === null || element === document.body ? [] : [element, ...lineOf(element.parentElement)];
}

const FOCUSABLE = ":is(button, input, select, textarea):enabled, a[href], [tabindex='0']";

/** Focus what had it; where the dialog's answer has replaced that, what stands in its place. */
function giveBack([had, ...around]: readonly Element[]): void {
  if (had instanceof HTMLElement && had.isConnected) {
    had.focus({ preventScroll: true });
    return;
  }
  const nearest = around.find((element) => element.isConnected);
  nearest?.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true });
}
