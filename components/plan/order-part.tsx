"use client";
import { useState } from "react";
import type { NodeId, Role } from "#lib/cluster/node.ts";
import { rankOf, type Plan } from "#lib/run/plan.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { nodeRow } from "#components/cluster/node-rows.ts";
import { asTitle, limit } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { peakOf } from "#components/gauge/level.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { nodesAtATime } from "#components/run/words.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
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
  const move = (id: NodeId, by: 1 | -1): void => {
    const order = moved(ranked, id, by);
    reorder(order);
    const number = ranked.findIndex((node) => node.id === id) + 1 + by;
    announce(
      order === null
        ? t("{node} stays: its rank lets it go no further.", { node: id })
        : t("{node} is number {number}.", { node: id, number }),
    );
  };
  const moveFocused = (by: 1 | -1): void => {
    const row = document.activeElement?.closest("[data-step]");
    const id = row?.getAttribute("data-step") ?? null;
    if (id !== null) move(id, by);
  };
  useShortcuts([
    { keys: "alt+arrowup", label: t("Move the node with the focus up"), act: () => moveFocused(-1) },
    { keys: "alt+arrowdown", label: t("Move the node with the focus down"), act: () => moveFocused(1) },
  ]);
  return (
    <section className={css("part")} aria-label={t("Order")}>
      <h2>
        {t("Order, {pace}", { pace: nodesAtATime(form.policy) })} <span>{t("drag, or Alt + arrows")}</span>
      </h2>
      {groupsOf(cluster, ranked).map(({ heading, first, ids }) => (
        <div key={heading}>
          <h3 className={css("heading")}>{heading}</h3>
          <ol aria-label={heading} start={first + 1}>
            {ids.map((id, index) => (
              <OrderRow
                key={id}
                ranked={ranked}
                index={first + index}
                cluster={cluster}
                plan={plan}
                wasMoved={form.order.includes(id) && wasMoved(ranked, steps, first + index)}
                onOrder={reorder}
                onMove={move}
                onLeaveOut={() => onChange({ leftOut: [...form.leftOut, id] })}
              />
            ))}
          </ol>
        </div>
      ))}
      <LeftOut form={form} plan={plan} onChange={onChange} />
      {plan === null ? <p className={css("soft")}>{t("The order comes with the plan.")}</p> : null}
      {plan !== null && plan.steps.length === 0 ? <p className={css("soft")}>{t("No node is touched.")}</p> : null}
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

const HEADINGS: Readonly<Record<Exclude<Role, "server">, readonly [first: string, then: string]>> = {
  be: [msg("Backends first"), msg("then backends")],
  cn: [msg("Compute nodes first"), msg("then compute nodes")],
  fe: [msg("Frontends first"), msg("frontends after every BE and CN")],
};

type Group = { readonly role: Role; readonly heading: string; readonly first: number; readonly ids: readonly NodeId[] };

function headingOf(role: Role, isFirst: boolean, { words }: ClusterView): string {
  return role === "server" ? asTitle(words.node.many) : t(HEADINGS[role][isFirst ? 0 : 1]);
}

/** Nodes of one role that stand one after the other. */
function groupsOf(cluster: ClusterView, ranked: readonly Ranked[]): readonly Group[] {
  return ranked.reduce<readonly Group[]>((groups, { id }, index) => {
    const role = cluster.nodes[id]?.node.role;
    const last = groups.at(-1);
    if (role === undefined) return groups;
    if (last?.role === role) return [...groups.slice(0, -1), { ...last, ids: [...last.ids, id] }];
    return [...groups, { role, heading: headingOf(role, last === undefined, cluster), first: index, ids: [id] }];
  }, []);
}

function OrderRow({
  ranked,
  index,
  cluster,
  plan,
  wasMoved,
  onOrder,
  onMove,
  onLeaveOut,
}: {
  readonly ranked: readonly Ranked[];
  readonly index: number;
  readonly cluster: ClusterView;
  readonly plan: Plan | null;
  readonly wasMoved: boolean;
  readonly onOrder: (order: readonly NodeId[] | null) => void;
  readonly onMove: (id: NodeId, by: 1 | -1) => void;
  readonly onLeaveOut: () => void;
}) {
  const nowMs = useNow();
  const [over, setOver] = useState(false);
  const id = ranked[index]?.id ?? "";
  const view = cluster.nodes[id];
  const step = plan?.steps.find((each) => each.nodeId === id);
  if (view === undefined || step === undefined) return null;
  const up = moved(ranked, id, -1);
  const down = moved(ranked, id, 1);
  const isFixed = up === null && down === null;
  const row = nodeRow(view, null, nowMs);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging only adds to its keys and buttons. */}
      <li
        className={css("row", wasMoved && "moved", over && "over")}
        data-step={id}
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
        <button
          type="button"
          className={css("name")}
          aria-label={t("{node}, number {number}", { node: id, number: index + 1 })}
        >
          {id}
        </button>
        <span className={css("note")}>{noteOf(view.node.leadership, wasMoved)}</span>
        <span className={css("limits")}>
          {step.exitLimitMs === null ? "" : t("exit {limit}", { limit: limit(step.exitLimitMs) })}
        </span>
        <span className={css("acts")}>
          <IconButton
            icon="arrowUp"
            label={t("Move {node} up", { node: id })}
            off={up === null}
            onPress={() => onMove(id, -1)}
          />
          <IconButton
            icon="arrowDown"
            label={t("Move {node} down", { node: id })}
            off={down === null}
            onPress={() => onMove(id, 1)}
          />
          <IconButton icon="close" label={t("Leave {node} out", { node: id })} off={false} onPress={onLeaveOut} />
        </span>
      </li>
    </>
  );
}

function noteOf(leadership: string | null, wasMoved: boolean): string {
  if (leadership === "leader") return t("leader, last");
  return wasMoved ? t("moved") : "";
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
      <h3>{t("{count, plural, one {# node is} other {# nodes are}} left out", { count: total })}</h3>
      <ul>
        {form.leftOut.map((id) => (
          <li key={id}>
            <span className={css("mono")}>{id}</span> <span className={css("soft")}>{t("by you")}</span>
            <button
              type="button"
              className={css("back")}
              onClick={() => onChange({ leftOut: form.leftOut.filter((each) => each !== id) })}
            >
              {t("Take {node} in", { node: id })}
            </button>
          </li>
        ))}
        {byPlan.map(({ nodeId, reason }) => (
          <li key={nodeId}>
            <span className={css("mono")}>{nodeId}</span> <span className={css("soft")}>{said(reason)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
