/** What is holding the drain, piece by piece: what Extend and Force are decided on. */
import type { WorkItem, WorkList } from "#lib/cluster/observation.ts";
import type { Step } from "#lib/run/state.ts";
import { cutMiddle, duration } from "#components/format.ts";
import { classesOf } from "#components/ui/css.ts";
import styles from "./waiting-for.module.css";

const css = classesOf(styles);

const MOST_ROWS = 50;

export function WaitingFor({
  step,
  list,
  inFlight,
  nowMs,
  cut = false,
}: {
  readonly step: Step;
  readonly list: WorkList | null;
  readonly inFlight: number | null;
  readonly nowMs: number;
  /** What was cut, when it is over. */
  readonly cut?: boolean;
}) {
  const items = oldestFirst(cut ? step.cut : (list?.items ?? step.lastWork));
  const title = cut ? `Cut: ${items.length}` : `Waiting for ${inFlight ?? items.length}`;
  return (
    <section className={css("waiting")} aria-label={title}>
      <div className={css("head")}>
        <h3 className={css(cut && "cutTitle")}>{title}</h3>
        {list === null || cut ? null : <span className={css("source")}>{list.source}</span>}
      </div>
      {list?.gap !== null && list?.gap !== undefined && !cut ? <p className={css("gap")}>{list.gap}</p> : null}
      {items.length === 0 ? (
        <p className={css("none")}>
          {inFlight === 0 ? "Nothing is in flight." : `Its ${step.plan.work.many} are counted, but not listed by name.`}
        </p>
      ) : (
        <div className={css("scroll")}>
          <table>
            <thead>
              <tr>
                <th scope="col">Kind</th>
                <th scope="col">Id</th>
                <th scope="col">User</th>
                <th scope="col" className={css("wide")}>
                  Work
                </th>
                <th scope="col" className={css("end")}>
                  Running
                </th>
                <th scope="col" className={css("end")}>
                  At the exit
                </th>
              </tr>
            </thead>
            <tbody>
              {items.slice(0, MOST_ROWS).map((item) => (
                <Row key={item.id} item={item} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
          {items.length > MOST_ROWS ? (
            <p className={css("none")}>{items.length - MOST_ROWS} more, younger than these.</p>
          ) : null}
        </div>
      )}
    </section>
  );
}

function Row({ item, nowMs }: { readonly item: WorkItem; readonly nowMs: number }) {
  return (
    <tr>
      <td>{item.kind}</td>
      <td className={css("mono")} title={item.id}>
        {cutMiddle(item.id, 20)}
      </td>
      <td>{item.user ?? "unknown"}</td>
      <td className={css("wide")} title={item.what}>
        {item.what}
      </td>
      <td className={css("mono", "end")}>
        {item.startedAtMs === null ? "unknown" : duration(nowMs - item.startedAtMs)}
      </td>
      <td className={css("end", item.waitedFor ? "waited" : "cut")}>{item.waitedFor ? "waited for" : "will be cut"}</td>
    </tr>
  );
}

/** The longest running first: that is what holds. */
function oldestFirst(items: readonly WorkItem[]): readonly WorkItem[] {
  return items.toSorted((a, b) => (a.startedAtMs ?? Infinity) - (b.startedAtMs ?? Infinity));
}
