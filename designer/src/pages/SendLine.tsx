/** What became of one mail, and what can be done where nobody knows. */
import type { SendShape } from "../api/api.gen";
import { post } from "../api/client";
import { sayFailure } from "../editor/standing";
import { sayInstant } from "../journey/times";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { notify } from "../ui/Notices";

const SAYS: Readonly<Record<SendShape["state"], string>> = {
  QUEUED: "Waits to be sent",
  CLAIMED: "Is being sent",
  IN_FLIGHT: "Is being sent",
  ACCEPTED: "Sent",
  FAILED: "Failed",
  UNKNOWN: "Nobody knows whether it went out",
  SUPPRESSED: "Not sent, because the address is not written to",
  CAPPED: "Not sent, because they had enough mail",
  HELD: "Held",
  EXPIRED: "Not sent: it was too late",
  CANCELLED: "Cancelled",
};
const ICONS: Readonly<Partial<Record<SendShape["state"], IconName>>> = {
  ACCEPTED: "check",
  FAILED: "fail",
  UNKNOWN: "help",
  QUEUED: "clock",
  HELD: "pause",
};

export function SendLine({ send, onDone }: { send: SendShape; onDone: () => void }) {
  const resolve = (resolution: "treat_as_sent" | "send_again") => {
    post(`/v1/sends/${send.id}/resolve`, { resolution })
      .then(() => notify({ text: resolution === "send_again" ? "It is sent again." : "It counts as sent." }))
      .catch((error: unknown) => notify({ text: sayFailure(error) }))
      .finally(onDone);
  };
  const detail = [send.reason, send.reply_code && `${send.reply_code} ${send.reply_text ?? ""}`]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="send" data-state={send.state}>
      <p>
        <Icon name={ICONS[send.state] ?? "minus"} size={12} />
        <span>
          {SAYS[send.state]}
          {send.accepted_at && ` to ${send.address || "an erased address"}, ${sayInstant(send.accepted_at)}`}
          {send.attempt > 1 && `, at attempt ${send.attempt}`}
          {send.unsubscribed_at && `; they unsubscribed ${sayInstant(send.unsubscribed_at)}`}
        </span>
      </p>
      {detail && send.state !== "ACCEPTED" && <p className="send-detail">{detail}</p>}
      {send.state === "UNKNOWN" && (
        <p className="send-choices">
          <Button onClick={() => resolve("treat_as_sent")}>Treat as sent</Button>
          <Button onClick={() => resolve("send_again")}>Send again</Button>
        </p>
      )}
    </div>
  );
}
