import type { Run, Step } from "#lib/run/state.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { classesOf } from "#components/ui/css.ts";
import { nodeFacts } from "./node-facts.ts";
import styles from "./node-facts.module.css";

const css = classesOf(styles);

export function NodeFacts({
  run,
  step,
  row,
  emptyAtMs,
  nowMs,
}: {
  readonly run: Run;
  readonly step: Step;
  readonly row: Pick<NodeRow, "count" | "willBeCut"> | null;
  readonly emptyAtMs: number | null;
  readonly nowMs: number;
}) {
  return (
    <dl className={css("facts")}>
      {nodeFacts({ run, step, row, emptyAtMs, nowMs }).map(({ caption, value, note, tone }) => (
        <div key={caption}>
          <dt>{caption}</dt>
          <dd>
            <span className={css("value", tone)}>{value}</span> <span className={css("note")}>{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
