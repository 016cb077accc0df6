import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Answer, Borrowing, LoanOutcome } from "#server/orchestrator/ports.ts";
import { SWITCH, type FakeCluster } from "./cluster.ts";

export function surveyFake(cluster: FakeCluster, what: Borrowing): Answer<readonly Loan[]> {
  const { runId, purpose } = what;
  switch (what.purpose) {
    case "run": {
      const off = cluster.answering.filter((fe) => fe.switches.get(SWITCH) === "false");
      const value = off.map((fe): Loan => {
        const id = `${runId}/run/${fe.id}/${SWITCH}`;
        const rest = { on: fe.id, key: SWITCH, before: "false", value: "true", what: `${SWITCH} on ${fe.id}` };
        return { id, runId, purpose, nodeId: null, kind: "switch", ...rest };
      });
      return { ok: true, value };
    }
    case "isolate": {
      const { nodeId } = what;
      const node = cluster.node(nodeId);
      if (node === null) return { ok: false, why: `there is no ${nodeId}` };
      const open = node.role === "fe" ? [] : cluster.answering.filter((fe) => !fe.blacklist.has(nodeId));
      const value = open.map((fe): Loan => {
        const id = `${runId}/isolate/${nodeId}/${fe.id}`;
        const rest = {
          on: fe.id,
          key: nodeId,
          before: null,
          value: "MANUAL",
          what: `${nodeId} on the blacklist of ${fe.id}`,
        };
        return { id, runId, purpose, nodeId, kind: "blacklist", ...rest };
      });
      return { ok: true, value };
    }
    case "exit": {
      const { nodeId, exitLimitMs } = what;
      const node = cluster.node(nodeId);
      if (node === null) return { ok: false, why: `there is no ${nodeId}` };
      const value = String(exitLimitMs === null ? 86_400 : Math.max(10, exitLimitMs / 1000 - 31));
      const before = node.settings.get("wait_s") ?? null;
      if (node.role === "fe" || node.process === null || before === value) return { ok: true, value: [] };
      const id = `${runId}/exit/${nodeId}/wait_s`;
      const rest = { on: nodeId, key: "wait_s", before, value, what: `wait_s = ${value} on ${nodeId}` };
      return { ok: true, value: [{ id, runId, purpose, nodeId, kind: "setting", ...rest }] };
    }
    default:
      return what satisfies never;
  }
}

export function takeFake(cluster: FakeCluster, loans: readonly Loan[]): Outcome {
  for (const loan of loans) {
    const place = cluster.node(loan.on);
    if (place === null) return { outcome: "refused", reason: `there is no ${loan.on}` };
    if (place.process === null || !cluster.serves(place))
      return { outcome: "unknown", cause: `${loan.on} does not answer` };
    if (loan.kind === "blacklist") place.blacklist.add(loan.key);
    else if (loan.kind === "switch") place.switches.set(loan.key, loan.value);
    else place.settings.set(loan.key, loan.value);
  }
  return { outcome: "done", evidence: loans.map(({ what }) => what).join("; ") || "nothing had to be borrowed" };
}

export function giveBackFake(cluster: FakeCluster, loan: Loan): LoanOutcome {
  const place = cluster.node(loan.on);
  if (place === null || place.process === null)
    return { outcome: "returned", how: `${loan.on} is not running: it is lost with it` };
  if (loan.kind !== "setting" && !cluster.serves(place))
    return { outcome: "unknown", cause: `${loan.on} does not answer` };
  if (loan.kind === "blacklist") {
    place.blacklist.delete(loan.key);
    return { outcome: "returned", how: `taken off the blacklist of ${loan.on}` };
  }
  const values = loan.kind === "switch" ? place.switches : place.settings;
  const now = values.get(loan.key) ?? null;
  if (now === loan.before) return { outcome: "returned", how: "as before already" };
  if (now !== loan.value) return { outcome: "superseded", found: `${loan.key} = ${now ?? "nothing"} on ${loan.on}` };
  values.set(loan.key, loan.before ?? "");
  return { outcome: "returned", how: `${loan.key} = ${loan.before ?? ""} on ${loan.on}` };
}
