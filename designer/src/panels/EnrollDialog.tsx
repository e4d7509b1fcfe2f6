/** Let oneself in, to see the journey from the inside. */
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import type { EnrollAnswer, EnrollAnswers } from "../api/api.gen";
import { post } from "../api/client";
import { refreshStanding, sayFailure, useStanding } from "../editor/standing";
import { useEditor, useJourney } from "../editor/store";
import { useUnpublished } from "../editor/unpublished";
import { askedBy } from "../journey/asked";
import { goWith, pathTo } from "../routes";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { type Pairs, PairsField } from "../ui/fields/PairsField";
import { TextField } from "../ui/fields/TextField";
import { Icon } from "../ui/Icon";
import "./EnrollDialog.css";

const close = () => goWith({ dialog: "" });
/** Kept for the next time: people walk their journeys again and again. */
const REMEMBERED = "wend.address";

export function EnrollDialog() {
  const summary = useStanding((state) => state.summary);
  const journeyId = useEditor((state) => state.journeyId) || summary?.id || "";
  const [address, setAddress] = useState(() => localStorage.getItem(REMEMBERED) ?? "");
  const [attributes, setAttributes] = useState<Pairs>({});
  const [context, setContext] = useState<Pairs>({});
  const [answer, setAnswer] = useState<EnrollAnswer | null>(null);
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);

  const journey = useJourney();
  const changes = useUnpublished();
  const asked = useMemo(() => (journey ? askedBy(journey) : { attributes: [], context: [] }), [journey]);

  const enroll = async (passageKey: string) => {
    setBusy(true);
    setFailure("");
    try {
      localStorage.setItem(REMEMBERED, address);
      const endpoint = { id: address.trim().toLowerCase(), address: address.trim(), attributes };
      const body = { participants: [{ endpoint, context, passage_key: passageKey }] };
      const { results } = await post<EnrollAnswers>(`/v1/journeys/${journeyId}/participants`, body);
      const [found] = results;
      if (found?.status === "invalid") setFailure(found.reason ?? "The address is not valid.");
      else setAnswer(found ?? null);
      await refreshStanding(journeyId);
    } catch (error) {
      setFailure(sayFailure(error));
    } finally {
      setBusy(false);
    }
  };
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enroll("");
  };

  if (summary?.live_version === null || summary?.state === "stopped") return <NotLive />;
  if (answer !== null)
    return (
      <Enrolled id={journeyId} answer={answer} isBusy={isBusy} onAgain={() => void enroll(`again-${Date.now()}`)} />
    );
  return (
    <Dialog
      title="Enroll me"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" form="enroll" disabled={isBusy || address.trim() === ""}>
            Enroll
          </Button>
        </>
      }
    >
      <form id="enroll" ref={form} className="enroll" onSubmit={submit}>
        <p className="panel-quiet">
          You walk version {summary?.live_version}, which is live now, like everybody else: with its real waits and
          mails.
          {changes !== null && changes > 0 && " What you have changed since is not in it."}
        </p>
        <TextField
          label="Your email address"
          type="email"
          value={address}
          placeholder="you@example.com"
          onChange={setAddress}
        />
        <PairsField
          label="Attributes"
          names={asked.attributes}
          help="What is known of you, such as plan: pro. They are kept with your address."
          value={attributes}
          onChange={setAttributes}
        />
        <PairsField
          label="Context"
          names={asked.context}
          help="What this passage brings, such as order_id: 17. For conditions and templates of this passage only."
          value={context}
          onChange={setContext}
        />
        {failure && (
          <p className="enroll-failure" role="alert">
            {failure}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function NotLive() {
  return (
    <Dialog
      title="Nobody can enter yet"
      size="small"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" onClick={() => goWith({ dialog: "publish" })}>
            Publish…
          </Button>
        </>
      }
    >
      <p>People walk the live version, and there is none. Publish the journey first.</p>
    </Dialog>
  );
}

const SAYS: Readonly<Record<string, readonly [string, string]>> = {
  enrolled: [
    "You are in",
    "Your first steps happen now; a mail arrives within seconds if the journey begins with one.",
  ],
  already_enrolled: [
    "You are inside already",
    "Nobody walks a journey twice at once. To begin anew, let yourself in as another passage.",
  ],
  duplicate: ["You are inside already", "This enrolment had arrived before."],
  re_entry_refused: [
    "You have been through",
    "This journey does not let the same person in again so soon. Another passage is possible, to try it out.",
  ],
  opted_out: ["This address has opted out", "Nothing is sent to it, by its owner's wish; so it does not enter either."],
};

function Enrolled(props: { id: string; answer: EnrollAnswer; isBusy: boolean; onAgain: () => void }) {
  const { id, answer, isBusy, onAgain } = props;
  const mailbox = useStanding((state) => state.installation?.mailbox ?? null);
  const [title, text] = SAYS[answer.status] ?? ["That did not work", answer.status];
  const isIn = answer.status === "enrolled";
  const mayAgain = answer.status === "already_enrolled" || answer.status === "re_entry_refused";
  return (
    <Dialog
      title={title}
      size="small"
      onClose={close}
      footer={
        <>
          {mayAgain && (
            <Button disabled={isBusy} onClick={onAgain}>
              Enter once more
            </Button>
          )}
          <Button look="primary" onClick={close}>
            Done
          </Button>
        </>
      }
    >
      <div className="enroll">
        <p role="status">{text}</p>
        {answer.participant_id !== null && (
          <a className="enroll-way" href={pathTo({ page: "person", id, participant: answer.participant_id })}>
            <Icon name="person" />
            <span>
              <b>See where you stand</b>
              <small>Every step, and why</small>
            </span>
            <Icon name="right" />
          </a>
        )}
        {isIn && mailbox && (
          <a className="enroll-way" href={mailbox}>
            <Icon name="mail" />
            <span>
              <b>Open the mailbox</b>
              <small>Mails stay on this machine until a relay is set</small>
            </span>
            <Icon name="right" />
          </a>
        )}
      </div>
    </Dialog>
  );
}
