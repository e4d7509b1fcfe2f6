/** One mail of a template to the author, through the same sender as every other mail. */
import { type FormEvent, useState } from "react";
import type { ResolveAnswer } from "../../api/api.gen";
import { post } from "../../api/client";
import { sayFailure } from "../../editor/standing";
import { useEditor } from "../../editor/store";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields/TextField";
import { Icon } from "../../ui/Icon";
import { notify } from "../../ui/Notices";
import { personOf, usePeople } from "./people";
import { saveNow } from "./templates";

/** The same as for enrolling: it is the author's own. */
const REMEMBERED = "wend.address";

export function SendTest({ name }: { name: string }) {
  const people = usePeople();
  const [address, setAddress] = useState(() => localStorage.getItem(REMEMBERED) ?? "");
  const [state, setState] = useState<"idle" | "busy" | "sent">("idle");
  const [failure, setFailure] = useState("");

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setState("busy");
    setFailure("");
    try {
      localStorage.setItem(REMEMBERED, address);
      await saveNow(name);
      const person = personOf(people) ?? { endpoint: {}, user: {}, context: {} };
      const journey = { name: useEditor.getState().history?.present.journey.name ?? "" };
      // The mail goes to the author, whoever it is written for.
      const endpoint = { ...person.endpoint, address: address.trim() };
      await post<ResolveAnswer>("/v1/test-sends", {
        ...person,
        endpoint,
        journey,
        template: name,
        address: address.trim(),
      });
      setState("sent");
      notify({ text: `A test is on its way to ${address.trim()}.` });
    } catch (error) {
      setState("idle");
      setFailure(sayFailure(error));
    }
  };
  return (
    <div className="send-test">
      <form onSubmit={(event) => void send(event)}>
        <TextField
          label="Send a test to me"
          type="email"
          placeholder="you@example.com"
          value={address}
          onChange={(text) => {
            setAddress(text);
            setState("idle");
          }}
        />
        <Button type="submit" disabled={state === "busy" || !address.includes("@")}>
          <Icon name={state === "sent" ? "check" : "send"} />
          {state === "sent" ? "Sent" : "Send"}
        </Button>
      </form>
      {failure && (
        <p className="field-problems" role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}
