import { create } from "zustand";
import { Button } from "./Button";
import "./Notices.css";

/** A sentence at the lower edge that goes by itself; `undo` and the like may be offered with it. */
export interface Notice {
  text: string;
  action?: { label: string; perform: () => void };
}

interface NoticesState {
  notice: (Notice & { number: number }) | null;
}

const SECONDS = 8;
const useNotices = create<NoticesState>()(() => ({ notice: null }));
let count = 0;

/** Say something in passing; screen readers hear it too. The answer takes it back. */
export function notify(notice: Notice): () => void {
  count += 1;
  const number = count;
  const end = () => useNotices.setState((state) => (state.notice?.number === number ? { notice: null } : {}));
  useNotices.setState({ notice: { ...notice, number } });
  setTimeout(end, SECONDS * 1000);
  return end;
}

export function Notices() {
  const notice = useNotices((state) => state.notice);
  const action = notice?.action;
  return (
    <div className="notices" role="status">
      {notice && (
        <p key={notice.number}>
          {notice.text}
          {action && (
            <Button
              look="quiet"
              onClick={() => {
                action.perform();
                useNotices.setState({ notice: null });
              }}
            >
              {action.label}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
