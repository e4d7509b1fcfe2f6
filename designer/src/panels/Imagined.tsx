/** What becomes of many imagined people: how they end, and how many mails that makes. Where they go stands on the canvas. */
import { rewrite, useTrying } from "../editor/trying";
import { sayInstant } from "../journey/times";
import { SelectField } from "../ui/fields/SelectField";

const COUNTS = ["100", "1000", "10000"];
const NUMBER = new Intl.NumberFormat("en");
const ENDS: Readonly<Record<string, string>> = {
  finished: "Finish",
  exited: "Leave by the exit condition",
  waiting: "Still wait after ten years",
};

export function Imagined() {
  const count = useTrying((state) => state.script.count);
  const population = useTrying((state) => state.population);
  const mails = population?.mails_per_day ?? [];
  const most = Math.max(1, ...mails.map((day) => day.count));
  const whole = mails.reduce((sum, day) => sum + day.count, 0);
  return (
    <div className="imagined">
      <SelectField
        label="How many"
        value={String(count)}
        options={COUNTS.map((value) => ({ value, label: NUMBER.format(Number(value)) }))}
        help="They are drawn so that every branch has its chance: this shows what the journey does, not whom it will meet."
        onChange={(value) => rewrite({ count: Number(value) })}
      />
      {population === null ? (
        <p className="panel-quiet">Walking…</p>
      ) : (
        <>
          <dl className="tallies">
            {Object.entries(population.ends).map(([end, number]) => (
              <div key={end}>
                <dt>{ENDS[end] ?? end}</dt>
                <dd>{NUMBER.format(number)}</dd>
              </div>
            ))}
            <div>
              <dt>Mails sent</dt>
              <dd>{NUMBER.format(whole)}</dd>
            </div>
          </dl>
          {mails.length > 0 && (
            <figure className="mail-days">
              <figcaption>Mails by day</figcaption>
              <ul>
                {mails.map(({ day, count: number }) => (
                  <li key={day} title={`${day}: ${NUMBER.format(number)}`}>
                    <span className="visually-hidden">
                      {day}: {NUMBER.format(number)}
                    </span>
                    <span className="mail-day" style={{ height: `${Math.max(2, (number / most) * 64)}px` }} />
                  </li>
                ))}
              </ul>
              <p>
                <span>{short(mails[0]?.day)}</span>
                <span>{short(mails.at(-1)?.day)}</span>
              </p>
            </figure>
          )}
        </>
      )}
    </div>
  );
}

function short(day: string | undefined): string {
  return day === undefined ? "" : sayInstant(day, "UTC").replace(/,? \d\d:\d\d$/, "");
}
