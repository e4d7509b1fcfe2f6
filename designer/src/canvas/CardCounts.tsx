/** How many people stand at a step, and how many came through: drawn on its card's lower edge. */
import { useCounts, useLive } from "../editor/live";
import { useEditor } from "../editor/store";
import { pathTo } from "../routes";

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export function CardCounts({ id, title }: { id: string; title: string }) {
  const counts = useCounts(id);
  const isReal = useLive((state) => state.source === "people");
  const journeyId = useEditor((state) => state.journeyId);
  if (counts === null || counts.here + counts.passed + counts.failed === 0) return null;
  const here = (
    <>
      <b>{COMPACT.format(counts.here)}</b> here
    </>
  );
  return (
    <span className="card-counts">
      {counts.here > 0 &&
        (isReal ? (
          <a
            href={pathTo({ page: "people", id: journeyId }, { step: id })}
            tabIndex={-1}
            className="card-here nopan"
            aria-label={`${COMPACT.format(counts.here)} here: show who waits at ${title}`}
          >
            {here}
          </a>
        ) : (
          <span className="card-here">{here}</span>
        ))}
      {counts.passed > 0 && (
        <span title={`${counts.passed.toLocaleString("en")} came through`}>{COMPACT.format(counts.passed)} passed</span>
      )}
      {counts.failed > 0 && (
        <span className="card-failed" title={`${counts.failed.toLocaleString("en")} mails did not go out`}>
          {COMPACT.format(counts.failed)} not sent
        </span>
      )}
    </span>
  );
}
