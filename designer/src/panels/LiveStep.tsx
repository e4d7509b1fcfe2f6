/** One step's people in numbers: who stands there, who came through, what became of its mails. */
import { useCounts } from "../editor/live";
import { useEditor } from "../editor/store";
import { pathTo } from "../routes";
import { Icon } from "../ui/Icon";

const NUMBER = new Intl.NumberFormat("en");

export function LiveStep({ stepId }: { stepId: string }) {
  const counts = useCounts(stepId);
  const id = useEditor((state) => state.journeyId);
  return (
    <section className="live-step" aria-label="People at this step">
      <dl className="live-tallies">
        <div>
          <dt>Here now</dt>
          <dd>{NUMBER.format(counts?.here ?? 0)}</dd>
        </div>
        <div>
          <dt>Came through</dt>
          <dd>{NUMBER.format(counts?.passed ?? 0)}</dd>
        </div>
        {counts !== null && counts.failed > 0 && (
          <div data-status="blocked">
            <dt>Not sent</dt>
            <dd>{NUMBER.format(counts.failed)}</dd>
          </div>
        )}
        {counts !== null && counts.blocked > 0 && (
          <div data-status="blocked">
            <dt>Blocked</dt>
            <dd>{NUMBER.format(counts.blocked)}</dd>
          </div>
        )}
      </dl>
      <a href={pathTo({ page: "people", id }, { step: stepId })}>
        Show who stands here <Icon name="right" size={12} />
      </a>
    </section>
  );
}
