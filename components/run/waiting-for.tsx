/** What runs on a node, piece by piece, and what becomes of it: what an approval, Extend and Force are decided on. */
import type { WorkList } from "#lib/cluster/observation.ts";
import { cutOf } from "#lib/run/cut.ts";
import type { Outlook } from "#lib/run/outlook.ts";
import type { Step } from "#lib/run/state.ts";
import { count, cutMiddle, duration } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import { groupedRows, GROUPS, whyWords, windowWords, type GroupedRow, type GroupName } from "./outlook-words.ts";
import styles from "./waiting-for.module.css";

const css = classesOf(styles);

const MOST_ROWS = 50;

export function WaitingFor({
  step,
  list,
  inFlight,
  view,
  told = false,
}: {
  readonly step: Step;
  /** The groups stand in the hold already. */
  readonly told?: boolean;
  readonly list: WorkList | null;
  readonly inFlight: number | null;
  readonly view: Outlook;
}) {
  const items = list?.items ?? step.lastWork;
  const isTouched = step.drain !== null || step.exit !== null;
  // An exit does not wait for what it will cut; before it, all of that runs here and is waited for.
  const awaited = step.exit === null ? allOf(view) : (inFlight ?? items.length);
  const rows = groupedRows(view);
  // Nobody counts and nobody lists: that is not nothing.
  const isUnknown = inFlight === null && items.length === 0;
  const title = isUnknown
    ? t("What is in flight is not measurable")
    : t(isTouched ? "Waiting for {count}" : "Running on it: {count}", { count: awaited });
  return (
    <section className={css("waiting")} aria-label={title}>
      <div className={css("head")}>
        <h3>{title}</h3>
        {list === null ? null : <span className={css("source")}>{list.source}</span>}
      </div>
      {told ? null : <IfItLeft step={step} view={view} />}
      {list?.gap === null || list?.gap === undefined ? null : <p className={css("gap")}>{said(list.gap)}</p>}
      {rows.length > 0 ? (
        <Rows label={title} rows={rows} />
      ) : (
        <NoRows step={step} list={list} inFlight={inFlight} unlisted={allOf(view)} />
      )}
    </section>
  );
}

/** Why there are none: its driver has said so already, or it is said here. */
function NoRows({
  step,
  list,
  inFlight,
  unlisted,
}: {
  readonly step: Step;
  readonly list: WorkList | null;
  readonly inFlight: number | null;
  /** What its exit would cut or let finish, and nobody lists. */
  readonly unlisted: number;
}) {
  const isTold = inFlight !== 0 && list !== null && list.gap !== null;
  return isTold ? null : <p className={css("none")}>{whyNone(step, inFlight, unlisted)}</p>;
}

function whyNone(step: Step, inFlight: number | null, unlisted: number): string {
  if (inFlight === null) return t("Its system tells no count of it.");
  if (inFlight > 0) return t("Its {work} are counted, but not listed by name.", { work: said(step.plan.work.many) });
  return unlisted > 0 ? t("What its exit would cut is counted, but not listed by name.") : t("Nothing is in flight.");
}

/** The three groups with their counts, and the window that they were put against. */
export function IfItLeft({ step, view }: { readonly step: Step; readonly view: Outlook }) {
  const exiting = step.exit !== null;
  const { unlisted } = view;
  const numbers = numbersOf(view);
  const notListed = (unlisted.mayBeCut ?? 0) + (unlisted.willBeCut ?? 0);
  const isUnknown = unlisted.mayBeCut === null && allOf(view) === 0;
  return (
    <p className={css("outlook")}>
      <span className={css("if")}>{exiting ? t("At its end") : t("If it left now")}</span>
      {isUnknown ? (
        <span>{t("how much would be cut is not measurable")}</span>
      ) : (
        GROUP_NAMES.map((group) => <Group key={group} group={group} number={numbers[group]} />)
      )}
      {notListed === 0 ? null : (
        <span className={css("if")}>{t("{count} of them counted, and not listed", { count: count(notListed) })}</span>
      )}
      <span className={css("window")}>{windowWords(view.window, step)}</span>
    </p>
  );
}

/** With what is counted and not listed. */
function numbersOf({ willFinish, mayBeCut, willBeCut, unlisted }: Outlook): Readonly<Record<GroupName, number>> {
  return {
    willFinish: willFinish.length,
    mayBeCut: mayBeCut.length + (unlisted.mayBeCut ?? 0),
    willBeCut: willBeCut.length + (unlisted.willBeCut ?? 0),
  };
}

function allOf(view: Outlook): number {
  const { willFinish, mayBeCut, willBeCut } = numbersOf(view);
  return willFinish + mayBeCut + willBeCut;
}

const GROUP_NAMES: readonly GroupName[] = ["willFinish", "mayBeCut", "willBeCut"];

function Group({ group, number }: { readonly group: GroupName; readonly number: number }) {
  const { icon, tone, words } = GROUPS[group];
  return (
    <span className={css("group", number > 0 ? tone : "nobody")} data-testid={group}>
      <Icon name={icon} size={13} /> <strong>{count(number)}</strong> {t(words)}
    </span>
  );
}

function Rows({ label, rows }: { readonly label: string; readonly rows: readonly GroupedRow[] }) {
  return (
    <ScrollBox label={label} className={css("scroll")}>
      <table>
        <thead>
          <tr>
            <th scope="col" className={css("roomOnly")}>
              {t("Kind")}
            </th>
            <th scope="col" className={css("roomOnly")}>
              {t("Id")}
            </th>
            <th scope="col">{t("User")}</th>
            <th scope="col" className={css("wide")}>
              {t("Work")}
            </th>
            <th scope="col" className={css("end")}>
              {t("Running")}
            </th>
            <th scope="col" className={css("after")}>
              {t("Outlook")}
            </th>
            <th scope="col">{t("Why")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <Row key={row.item.id} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS ? (
        <p className={css("none")}>{t("{count} more.", { count: count(rows.length - MOST_ROWS) })}</p>
      ) : null}
    </ScrollBox>
  );
}

function Row({ row: { item, ageMs, group, why } }: { readonly row: GroupedRow }) {
  const { icon, tone, words } = GROUPS[group];
  return (
    <tr>
      <td className={css("roomOnly")}>{said(item.kind)}</td>
      <td className={css("mono", "roomOnly")} title={item.id}>
        {cutMiddle(item.id, 13)}
      </td>
      <td>{item.user ?? t("unknown")}</td>
      <td className={css("wide")} title={item.what}>
        {item.what}
      </td>
      <td className={css("mono", "end")}>{ageMs === null ? t("unknown") : duration(ageMs)}</td>
      <td className={css("verdict", tone)}>
        <Icon name={icon} size={12} /> {t(words)}
      </td>
      <td className={css("why")} title={whyWords(why)}>
        {whyWords(why)}
      </td>
    </tr>
  );
}

/** What was cut, while the run is still under way; its report has the rest. */
export function CutSoFar({ step, nowMs }: { readonly step: Step; readonly nowMs: number }) {
  const cut = cutOf(step);
  const title = t("Cut: {count}", { count: cut.length });
  return (
    <section className={css("waiting")} aria-label={title}>
      <div className={css("head")}>
        <h3 className={css("cutTitle")}>{title}</h3>
      </div>
      <ScrollBox label={title} className={css("scroll")}>
        <table>
          <thead>
            <tr>
              <th scope="col" className={css("roomOnly")}>
                {t("Kind")}
              </th>
              <th scope="col" className={css("roomOnly")}>
                {t("Id")}
              </th>
              <th scope="col">{t("User")}</th>
              <th scope="col" className={css("wide")}>
                {t("Work")}
              </th>
              <th scope="col" className={css("end")}>
                {t("Begun")}
              </th>
            </tr>
          </thead>
          <tbody>
            {cut.slice(0, MOST_ROWS).map((item) => (
              <tr key={item.id}>
                <td className={css("roomOnly")}>{said(item.kind)}</td>
                <td className={css("mono", "roomOnly")} title={item.id}>
                  {cutMiddle(item.id, 13)}
                </td>
                <td>{item.user ?? t("unknown")}</td>
                <td className={css("wide")} title={item.what}>
                  {item.what}
                </td>
                <td className={css("mono", "end")}>
                  {item.startedAtMs === null
                    ? t("unknown")
                    : t("{duration} ago", { duration: duration(nowMs - item.startedAtMs) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
