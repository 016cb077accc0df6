"use client";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { ClusterView, PlanDraft } from "#lib/wire/views.ts";
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
    <section className={css("part")} aria-label="Exact commands">
      <div className={css("head")}>
        <h2>Exact commands</h2>
        <div className={css("tabs")} role="group" aria-label="Nodes that go alike">
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
          label="Commands for"
          mono
          value={shown}
          options={ids.map((id) => ({ value: id, label: id }))}
          onChange={setChosen}
        />
        <Button kind="quiet" icon="copy" onPress={() => void copy(draft, shown)}>
          Copy
        </Button>
        <span className={css("note")}>Nothing runs until Start… is confirmed.</span>
      </div>
      <CommandLines lines={draft.commands[shown] ?? []} />
    </section>
  );
}

async function copy(draft: PlanDraft, nodeId: NodeId): Promise<void> {
  const lines = (draft.commands[nodeId] ?? []).map(({ where, text }) => `${where} ${text}`);
  await navigator.clipboard.writeText(lines.join("\n"));
  toast(`The commands for ${nodeId} are copied.`);
}

type Group = { readonly name: string; readonly ids: readonly NodeId[] };

/** "5 BE", "3 CN", "2 FE followers", "FE leader" */
function groupsOf(draft: PlanDraft, cluster: ClusterView): readonly Group[] {
  const groups = new Map<string, NodeId[]>();
  for (const step of draft.plan.steps) {
    const leadership = cluster.nodes[step.nodeId]?.node.leadership ?? null;
    const kind = leadership === null ? step.role.toUpperCase() : `FE ${leadership}`;
    groups.set(kind, [...(groups.get(kind) ?? []), step.nodeId]);
  }
  return [...groups].map(([kind, ids]) => {
    const isMany = ids.length > 1;
    return { name: isMany ? `${ids.length} ${kind}${kind.startsWith("FE ") ? "s" : ""}` : kind, ids };
  });
}
