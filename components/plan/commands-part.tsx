"use client";
import { plural } from "#components/format.ts";
import { useState } from "react";
import type { NodeId, Role } from "#lib/cluster/node.ts";
import type { ClusterView, PlanDraft } from "#lib/wire/views.ts";
import { t } from "#components/language/t.ts";
import { SkippedList } from "#components/run/skipped-list.tsx";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Select } from "#components/ui/select.tsx";
import { CommandLines } from "./command-lines.tsx";
import styles from "./commands-part.module.css";

const css = classesOf(styles);

/** One tab for the nodes that go alike, and any node by name. */
export function CommandsPart({ draft, cluster }: { readonly draft: PlanDraft; readonly cluster: ClusterView }) {
  const groups = groupsOf(draft, cluster);
  const [chosen, setChosen] = useState<NodeId | null>(null);
  const ids = draft.plan.steps.map((step) => step.nodeId);
  const shown = chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);
  if (shown === null) return null;
  return (
    <section className={css("part")} aria-label={t("Exact commands")}>
      <div className={css("head")}>
        <h2>{t("Exact commands")}</h2>
        <div className={css("tabs")} role="group" aria-label={t("Nodes that go alike")}>
          {groups.map((group) => {
            const current = group.ids.includes(shown);
            return (
              <button
                key={group.name}
                type="button"
                aria-pressed={current}
                className={css("tab", current && "current")}
                onClick={() => setChosen(group.ids[0] ?? null)}
              >
                {group.name}
              </button>
            );
          })}
        </div>
        <Select
          label={t("Commands for")}
          mono
          value={shown}
          options={ids.map((id) => ({ value: id, label: id }))}
          onChange={setChosen}
        />
        <Button kind="quiet" icon="copy" onPress={() => void copy(draft, shown)}>
          {t("Copy")}
        </Button>
        <span className={css("note")}>{t("Nothing runs until Start… is confirmed.")}</span>
      </div>
      <CommandLines lines={draft.commands[shown] ?? []} />
      <SkippedList steps={draft.plan.steps.filter(({ nodeId }) => nodeId === shown)} />
    </section>
  );
}

async function copy(draft: PlanDraft, nodeId: NodeId): Promise<void> {
  const lines = (draft.commands[nodeId] ?? []).map(({ where, text }) => `${where} ${text}`);
  await navigator.clipboard.writeText(lines.join("\n"));
  toast(t("The commands for {node} are copied.", { node: nodeId }));
}

type Group = { readonly name: string; readonly ids: readonly NodeId[] };

/** "5 BE", "3 CN", "2 FE followers", "FE leader" */
function groupsOf(draft: PlanDraft, cluster: ClusterView): readonly Group[] {
  const groups = new Map<string, { readonly nameOf: (count: number) => string; readonly ids: NodeId[] }>();
  for (const { nodeId, role } of draft.plan.steps) {
    const leadership = cluster.nodes[nodeId]?.node.leadership ?? null;
    const kind = leadership ?? role;
    const nameOf = (count: number): string =>
      leadership === null
        ? ofRole(role, count, cluster)
        : role === "server"
          ? t("{count, plural, =1 {{leadership}} other {# {leadership}s}}", { count, leadership })
          : t("{count, plural, =1 {{role} {leadership}} other {# {role} {leadership}s}}", {
              count,
              role: role.toUpperCase(),
              leadership,
            });
    const group = groups.get(kind) ?? { nameOf, ids: [] };
    group.ids.push(nodeId);
    groups.set(kind, group);
  }
  return [...groups.values()].map(({ nameOf, ids }) => ({ name: nameOf(ids.length), ids }));
}

function ofRole(role: Role, count: number, { words }: ClusterView): string {
  return role === "server"
    ? plural(count, words.node.one, words.node.many)
    : t("{count, plural, =1 {{role}} other {# {role}}}", { count, role: role.toUpperCase() });
}
