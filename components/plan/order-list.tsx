import type { NodeId, Role } from "#lib/cluster/node.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import type { ClusterView, PlanDraft } from "#lib/wire/views.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { moved } from "./form.ts";
import styles from "./plan-screen.module.css";

const css = classesOf(styles);

const HEADINGS: Readonly<Record<Role, string>> = {
  be: "Backends",
  cn: "Compute nodes",
  fe: "Frontends",
  server: "Servers",
};

/** The order of the steps. A node moves among those of its rank; the leader stays last, whatever is asked. */
export function OrderList({
  draft,
  cluster,
  onOrder,
}: {
  readonly draft: PlanDraft | null;
  readonly cluster: ClusterView;
  readonly onOrder: (order: readonly NodeId[]) => void;
}) {
  const steps = draft?.plan.steps ?? [];
  const order = steps.map(({ nodeId }) => nodeId);
  const rank = (nodeId: NodeId): string => {
    const node = cluster.nodes[nodeId]?.node;
    return node === undefined ? "" : `${node.role} ${node.rank.upgrade}`;
  };
  const canMove = (index: number, by: -1 | 1): boolean => {
    const [one, other] = [order[index], order[index + by]];
    return one !== undefined && other !== undefined && rank(one) === rank(other);
  };
  const move = (index: number, by: -1 | 1): void => {
    const id = order[index];
    if (id !== undefined && canMove(index, by)) onOrder(moved(order, id, by));
  };
  return (
    <section className={css("region", "order")} aria-labelledby="plan-order">
      <header className={css("regionHead")}>
        <h2 id="plan-order">Order, one node at a time</h2>
        <span className={css("hint")}>Alt + arrows</span>
      </header>
      <ol className={css("steps")} aria-label="Order of the steps">
        {steps.map((step, index) => (
          <StepRow
            key={step.nodeId}
            step={step}
            number={index + 1}
            heading={steps[index - 1]?.role === step.role ? null : HEADINGS[step.role]}
            isLeader={cluster.nodes[step.nodeId]?.node.leadership === "leader"}
            canMoveUp={canMove(index, -1)}
            canMoveDown={canMove(index, 1)}
            onMove={(by) => move(index, by)}
          />
        ))}
      </ol>
      {draft === null ? <p className={css("hint")}>The order is read from the cluster.</p> : null}
      {(draft?.plan.leftOut ?? []).map(({ nodeId, reason }) => (
        <p key={nodeId} className={css("leftOut")}>
          <code>{nodeId}</code> is left out: {reason}.
        </p>
      ))}
    </section>
  );
}

function StepRow({
  step,
  number,
  heading,
  isLeader,
  canMoveUp,
  canMoveDown,
  onMove,
}: {
  readonly step: PlannedStep;
  readonly number: number;
  readonly heading: string | null;
  readonly isLeader: boolean;
  readonly canMoveUp: boolean;
  readonly canMoveDown: boolean;
  readonly onMove: (by: -1 | 1) => void;
}) {
  const mover = (by: -1 | 1, can: boolean) => (
    <button
      type="button"
      className={css("mover")}
      aria-label={`Move ${step.nodeId} ${by < 0 ? "up" : "down"}`}
      aria-disabled={!can}
      onClick={() => (can ? onMove(by) : undefined)}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        onMove(event.key === "ArrowUp" ? -1 : 1);
      }}
    >
      <Icon name={by < 0 ? "arrowUp" : "arrowDown"} size={12} />
    </button>
  );
  const skipped = step.phases.filter(({ phase, skip }) => skip !== null && phase !== "upgrade");
  return (
    <>
      {heading === null ? null : (
        <li className={css("heading")} role="presentation">
          {heading}
        </li>
      )}
      <li className={css("step")}>
        <span className={css("number")}>{number}</span>
        <span className={css("name")}>
          <code>{step.nodeId}</code>
          {isLeader ? <span className={css("hint")}> leader, last</span> : null}
          {skipped.length === 0 ? null : (
            <span className={css("skips")} title={skipped.map(({ phase, skip }) => `${phase}: ${skip}`).join("\n")}>
              {" "}
              no {skipped.map(({ phase }) => phase).join(", ")}
            </span>
          )}
        </span>
        {isLeader ? (
          <span className={css("fixed")} title="The leader goes last.">
            <Icon name="lock" size={12} label="The leader goes last" />
          </span>
        ) : (
          <span className={css("movers")}>
            {mover(-1, canMoveUp)}
            {mover(1, canMoveDown)}
          </span>
        )}
      </li>
    </>
  );
}
