/** Whether the draft is saved, and what to do when it is not. */
import { lazy, Suspense, useState } from "react";
import type { Clash, SaveStatus } from "../editor/saveStatus";
import { lookAgain, saveNow, useSaving } from "../editor/saving";
import { useEditor } from "../editor/store";
import { useOtherTab } from "../editor/tabs";
import { useText } from "../editor/text";
import { goWith, useAddress } from "../routes";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import "./SaveState.css";

const ConflictDialog = lazy(() => import("./ConflictDialog"));

const SAID: Readonly<Record<SaveStatus, { text: string; icon: IconName; hint: string }>> = {
  saved: { text: "Saved", icon: "check", hint: "Every change is saved by itself." },
  saving: { text: "Saving", icon: "clock", hint: "The last change is on its way." },
  unsaved: { text: "Unsaved", icon: "edit", hint: "Saved in a moment, or at once with Ctrl+S." },
  offline: {
    text: "Offline",
    icon: "offline",
    hint: "The server does not answer. Your changes are kept in this browser and saved when it does.",
  },
  conflict: {
    text: "Changed elsewhere",
    icon: "warn",
    hint: "Somebody else saved this draft. Nothing is overwritten until you choose.",
  },
  refused: {
    text: "Not saved",
    icon: "warn",
    hint: "The server did not take it. Your changes are kept in this browser.",
  },
  unreadable: {
    text: "Not saved",
    icon: "braces",
    hint: "The text cannot be read as JSON yet. It is kept in this browser; Ctrl+S saves it as it is.",
  },
};

export function SaveState() {
  const journeyId = useEditor((state) => state.journeyId);
  const isOpen = useEditor((state) => !state.isReadOnly);
  const isText = useText((state) => state.raw !== null);
  return (isOpen || isText) && journeyId !== "" ? <State key={journeyId} journeyId={journeyId} /> : null;
}

function State({ journeyId }: { journeyId: string }) {
  const { status, reason, clash } = useSaving();
  const isElsewhere = useOtherTab(journeyId, lookAgain);
  const [putOff, setPutOff] = useState<Clash | null>(null);
  const { text, icon, hint } = SAID[status];
  return (
    <>
      <div className="save-state" data-status={status}>
        <p role="status" title={reason || hint}>
          <Icon name={icon} size={14} />
          <span className="save-word">{text}</span>
          {reason && <span className="visually-hidden">: {reason}</span>}
        </p>
        {isElsewhere && status !== "conflict" && (
          <p
            className="save-elsewhere"
            title="This journey is open in another tab of this browser; both are kept in step."
          >
            <Icon name="screen" size={14} />
            <span className="visually-hidden">Also open in another tab</span>
          </p>
        )}
        <Remedy status={status} onAsk={() => setPutOff(null)} />
      </div>
      {clash && clash !== putOff && (
        <Suspense>
          <ConflictDialog clash={clash} onClose={() => setPutOff(clash)} />
        </Suspense>
      )}
    </>
  );
}

/** The one thing that helps now. */
function Remedy({ status, onAsk }: { status: SaveStatus; onAsk: () => void }) {
  const { query } = useAddress();
  if (status === "conflict") return <Button onClick={onAsk}>Choose</Button>;
  if (status === "offline" || status === "refused") return <Button onClick={() => void saveNow()}>Try again</Button>;
  if (status === "unreadable" && query.panel !== "json")
    return <Button onClick={() => goWith({ panel: "json" })}>Show the text</Button>;
  return null;
}
