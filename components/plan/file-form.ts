/** A plan's file into the form: what the form holds is by role and by exclusion, the file names things. */
import type { ClusterNode, NodeId, Role } from "#lib/cluster/node.ts";
import { fieldName, policyOfFile, type FilePath, type PlanFile } from "#lib/wire/plan-file.ts";
import { t } from "#components/language/t.ts";
import type { PlanForm, PlanKind } from "./plan-form.ts";
import type { TextProblem } from "./plan-yaml.ts";

export type FormOfFile =
  | { readonly ok: true; readonly form: PlanForm; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

/** What fits no form of this cluster is named, not dropped. */
export function formOfFile(file: PlanFile, clusterId: string, nodes: readonly ClusterNode[]): FormOfFile {
  const problems: TextProblem[] = [];
  const complain = (path: FilePath, text: string): void =>
    void problems.push({ line: null, field: fieldName(path), text });
  const kind = kindOf(file.kind);
  if (kind === null) {
    complain(
      ["kind"],
      t("A {kind} by hand is begun at its node. Write upgrade, downgrade or restart.", { kind: file.kind }),
    );
  }
  const known = new Set(nodes.map(({ id }) => id));
  const named = (path: "nodes" | "order", ids: readonly NodeId[]): void =>
    ids.forEach((id, index) => {
      if (!known.has(id))
        complain(
          [path, index],
          t("{node} is no node of this cluster. Take it out, or correct its name.", { node: id }),
        );
    });
  named("nodes", file.nodes === "all" ? [] : file.nodes);
  named("order", file.order);
  const limits = limitsByRole(file.exitLimitS, nodes, complain);
  if (kind === null || problems.length > 0) return { ok: false, problems };
  const chosen = file.nodes;
  const form: PlanForm = {
    kind,
    targetVersion: file.targetVersion,
    order: file.order,
    leftOut: chosen === "all" ? [] : nodes.filter(({ id }) => !chosen.includes(id)).map(({ id }) => id),
    policy: policyOfFile(file),
    drainLimitMs: file.drainLimitS === null ? null : Math.round(file.drainLimitS * 1000),
    exitLimitMs: limits,
    leaderExit: file.leaderExit,
    isolate: file.isolate,
    reason: file.reason,
    ticket: file.ticket ?? "",
  };
  const isOther = file.cluster !== undefined && file.cluster !== clusterId;
  const notes = isOther ? [t("It was written for the cluster {cluster}.", { cluster: file.cluster ?? "" })] : [];
  return { ok: true, form, notes };
}

function kindOf(kind: PlanFile["kind"]): PlanKind | null {
  return kind === "stop" || kind === "drain" ? null : kind;
}

const ROLES: readonly Role[] = ["fe", "be", "cn", "server"];

/** The form has one limit a role: nodes of one that differ are named. */
function limitsByRole(
  limits: PlanFile["exitLimitS"],
  nodes: readonly ClusterNode[],
  complain: (path: FilePath, text: string) => void,
): PlanForm["exitLimitMs"] {
  const found = new Map<Role, number>();
  for (const [name, limitS] of Object.entries(limits)) {
    const node = nodes.find(({ id }) => id === name);
    const role = ROLES.find((each) => each === name) ?? node?.role ?? null;
    if (role === null) {
      complain(
        ["exitLimitS", name],
        t("{name} is neither a role nor a node of this cluster. Write fe, be or cn.", { name }),
      );
      continue;
    }
    const limitMs = Math.round(limitS * 1000);
    const other = found.get(role);
    if (other !== undefined && other !== limitMs) {
      complain(
        ["exitLimitS", name],
        t("The limits of {role} differ, and the plan page has one a role. Write one as {role}.", { role }),
      );
    }
    found.set(role, limitMs);
  }
  return Object.fromEntries(found);
}
