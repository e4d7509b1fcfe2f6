/** The one question before something that cannot be taken back. */
import { perform } from "../editor/standing";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

export function StopDialog({ id, inside, onClose }: { id: string; inside: number; onClose: () => void }) {
  const who =
    inside === 0
      ? "Nobody is inside at the moment."
      : `${inside === 1 ? "One person" : `${inside.toLocaleString("en")} people`} will leave for good.`;
  return (
    <Dialog
      title="Stop this journey?"
      size="small"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it going</Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              void perform(id, "stop");
            }}
          >
            Stop the journey
          </Button>
        </>
      }
    >
      <p>
        {who} Their mail that waits is cancelled, and nobody can enter until it is published again. Nobody comes back by
        that.
      </p>
      <p className="stop-other">To keep people where they are instead, pause it.</p>
    </Dialog>
  );
}
