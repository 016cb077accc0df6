"use client";
import { useState, type KeyboardEvent } from "react";
import type { NodeId, Role } from "#lib/cluster/node.ts";
import { rankOf, type Plan } from "#lib/run/plan.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { nodeRow } from "#components/cluster/node-rows.ts";
import { limit, plural } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { peakOf } from "#components/gauge/level.ts";
import { nodesAtATime } from "#components/run/words.ts";
import { announce } from "#components/stores/announce.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { droppedOn, inWishedOrder, moved, type PlanForm, type Ranked } from "./plan-form.ts";
import styles from "./order-part.module.css";

const css = classesOf(styles);

/** Which nodes, in which order. Rank sets the groups (BE, CN, FE, the leader last); inside one the order is free. */
export function OrderPart({
  cluster,
  form,
  plan,
  onChange,
}: {
  readonly cluster: ClusterView;
  readonly form: PlanForm;
  /** The newest plan; null until one was made. */
  readonly plan: Plan | null;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const steps = (plan?.steps ?? []).filter((step) => !form.leftOut.includes(step.nodeId));
  const ranked = inWishedOrder(
    steps.map((step) => ({ id: step.nodeId, rank: rankIn(cluster, step.nodeId, form.kind) })),
    form.order,
  );
  const reorder = (order: readonly NodeId[] | null): void => {
    if (order !== null) onChange({ order });
  };
  return (
    <section className={css("part")} aria-label="Order">
      <h2>
        Order, {nodesAtATime(form.policy)} <span>drag, or Alt + arrows</span>
      </h2>
      <ol aria-label="Order of the steps">
        {ranked.map((node, index) => (
          <OrderRow
            key={node.id}
            ranked={ranked}
            index={index}
            cluster={cluster}
            plan={plan}
            wasMoved={form.order.includes(node.id) && wasMoved(ranked, steps, index)}
            onOrder={reorder}
            onLeaveOut={() => onChange({ leftOut: [...form.leftOut, node.id] })}
          />
        ))}
      </ol>
      <LeftOut form={form} plan={plan} onChange={onChange} />
      {plan === null ? <p className={css("soft")}>The order comes with the plan.</p> : null}
      {plan !== null && plan.steps.length === 0 ? <p className={css("soft")}>No node is touched.</p> : null}
    </section>
  );
}

function rankIn(cluster: ClusterView, nodeId: NodeId, kind: PlanForm["kind"]): number {
  const node = cluster.nodes[nodeId]?.node;
  return node === undefined ? 0 : rankOf(node, kind);
}

function wasMoved(ranked: readonly Ranked[], steps: Plan["steps"], index: number): boolean {
  return ranked[index]?.id !== steps[index]?.nodeId;
}

const HEADINGS: Readonly<Record<Role, readonly [first: string, then: string]>> = {
  be: ["Backends first", "then backends"],
  cn: ["Compute nodes first", "then compute nodes"],
  fe: ["Frontends first", "frontends after every BE and CN"],
  server: ["Servers", "then servers"],
};

function OrderRow({
  ranked,
  index,
  cluster,
  plan,
  wasMoved,
  onOrder,
  onLeaveOut,
}: {
  readonly ranked: readonly Ranked[];
  readonly index: number;
  readonly cluster: ClusterView;
  readonly plan: Plan | null;
  readonly wasMoved: boolean;
  readonly onOrder: (order: readonly NodeId[] | null) => void;
  readonly onLeaveOut: () => void;
}) {
  const nowMs = useNow();
  const [over, setOver] = useState(false);
  const id = ranked[index]?.id ?? "";
  const view = cluster.nodes[id];
  const step = plan?.steps.find((each) => each.nodeId === id);
  if (view === undefined || step === undefined) return null;
  const before = ranked[index - 1];
  const roleBefore = before === undefined ? null : (cluster.nodes[before.id]?.node.role ?? null);
  const heading = roleBefore === view.node.role ? null : HEADINGS[view.node.role][roleBefore === null ? 0 : 1];
  const up = moved(ranked, id, -1);
  const down = moved(ranked, id, 1);
  const isFixed = up === null && down === null;
  const move = (by: 1 | -1): void => {
    const order = moved(ranked, id, by);
    onOrder(order);
    announce(order === null ? `${id} stays: its rank lets it go no further.` : `${id} is number ${index + 1 + by}.`);
  };
  const pressed = (event: KeyboardEvent): void => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
  const row = nodeRow(view, null, nowMs);
  return (
    <>
      {heading === null ? null : (
        <li className={css("heading")} role="presentation">
          {heading}
        </li>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging only adds to its keys and buttons. */}
      <li
        className={css("row", wasMoved && "moved", over && "over")}
        draggable={!isFixed}
        onDragStart={(event) => event.dataTransfer.setData("text/plain", id)}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          onOrder(droppedOn(ranked, event.dataTransfer.getData("text/plain"), id));
        }}
      >
        <span className={css("grip")}>
          <Icon name={isFixed ? "lock" : "grip"} size={12} />
        </span>
        <span className={css("number")}>{index + 1}</span>
        <LevelGauge size="s" state={row.gauge} count={row.count} peak={peakOf([row.count])} label={null} />
        <button type="button" className={css("name")} aria-label={`${id}, number ${index + 1}`} onKeyDown={pressed}>
          {id}
        </button>
        <span className={css("note")}>{noteOf(view.node.leadership, wasMoved)}</span>
        <span className={css("limits")}>{step.exitLimitMs === null ? "" : `exit ${limit(step.exitLimitMs)}`}</span>
        <span className={css("acts")}>
          <IconButton icon="arrowUp" label={`Move ${id} up`} off={up === null} onPress={() => move(-1)} />
          <IconButton icon="arrowDown" label={`Move ${id} down`} off={down === null} onPress={() => move(1)} />
          <IconButton icon="close" label={`Leave ${id} out`} off={false} onPress={onLeaveOut} />
        </span>
      </li>
    </>
  );
}

function noteOf(leadership: string | null, wasMoved: boolean): string {
  if (leadership === "leader") return "leader, last";
  return wasMoved ? "moved" : "";
}

function IconButton({
  icon,
  label,
  off,
  onPress,
}: {
  readonly icon: "arrowUp" | "arrowDown" | "close";
  readonly label: string;
  readonly off: boolean;
  readonly onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={css("icon")}
      aria-label={label}
      aria-disabled={off}
      onClick={() => (off ? undefined : onPress())}
    >
      <Icon name={icon} size={12} />
    </button>
  );
}

function LeftOut({
  form,
  plan,
  onChange,
}: {
  readonly form: PlanForm;
  readonly plan: Plan | null;
  readonly onChange: (part: Partial<PlanForm>) => void;
}) {
  const byPlan = plan?.leftOut.filter(({ nodeId }) => !form.leftOut.includes(nodeId)) ?? [];
  const total = byPlan.length + form.leftOut.length;
  if (total === 0) return null;
  return (
    <div className={css("left")}>
      <h3>{plural(total, "node is", "nodes are")} left out</h3>
      <ul>
        {form.leftOut.map((id) => (
          <li key={id}>
            <span className={css("mono")}>{id}</span> <span className={css("soft")}>by you</span>
            <button
              type="button"
              className={css("back")}
              onClick={() => onChange({ leftOut: form.leftOut.filter((each) => each !== id) })}
            >
              Take {id} in
            </button>
          </li>
        ))}
        {byPlan.map(({ nodeId, reason }) => (
          <li key={nodeId}>
            <span className={css("mono")}>{nodeId}</span> <span className={css("soft")}>{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
