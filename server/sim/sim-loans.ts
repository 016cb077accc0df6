/** What is borrowed from the simulated cluster: a blacklist entry on each FE, each FE's balance switch, the node's own wait. */
import { invariant } from "#lib/util/invariant.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Borrowing, LoanOutcome } from "#server/orchestrator/ports.ts";
import type { World } from "./world.ts";
import type { Mark, WorldNode } from "./world-node.ts";

const BALANCE_OFF = "true";

/** Null: the place does not answer, so nobody can say what stands there. */
export function surveyWorld(world: World, what: Borrowing): readonly Loan[] | null {
  switch (what.purpose) {
    case "run":
      return world
        .answering()
        .filter(({ balance }) => balance.value !== BALANCE_OFF)
        .map((fe) => loan(what, null, "balance", fe.id, "balance", fe.balance.value, BALANCE_OFF));
    case "isolate": {
      const { nodeId } = what;
      if (world.at(nodeId).role === "fe") return [];
      const open = world.answering().filter(({ blacklist }) => blacklist.get(nodeId)?.by !== "others");
      return open.map((fe) => loan(what, nodeId, "blacklist", fe.id, nodeId, null, "MANUAL"));
    }
    case "exit": {
      const node = world.at(what.nodeId);
      if (node.role === "fe" || node.process === null) return [];
      if (!world.accepts(node)) return null;
      const value = String((what.exitLimitMs ?? 86_400_000) / 1000);
      const { waitS } = node;
      return waitS.value === value ? [] : [loan(what, node.id, "setting", node.id, "wait_s", waitS.value, value)];
    }
    default:
      return what satisfies never;
  }
}

function loan(
  { runId, purpose }: Borrowing,
  nodeId: NodeId | null,
  kind: string,
  on: NodeId,
  key: string,
  before: string | null,
  value: string,
): Loan {
  const id = `${runId}/${purpose}/${nodeId ?? "-"}/${on}/${key}`;
  return { id, runId, purpose, nodeId, kind, on, key, before, value, what: `${key} = ${value} on ${on}` };
}

export function standsAt(place: WorldNode, { kind, key }: Pick<Loan, "kind" | "key">): Mark | null {
  if (kind === "blacklist") return place.blacklist.get(key) ?? null;
  return kind === "balance" ? place.balance : place.waitS;
}

function put(place: WorldNode, { kind, key }: Pick<Loan, "kind" | "key">, mark: Mark | null): void {
  if (kind === "blacklist") {
    if (mark === null) place.blacklist.delete(key);
    else place.blacklist.set(key, mark);
    return;
  }
  invariant(mark !== null, "a setting has a value");
  if (kind === "balance") place.balance = mark;
  else place.waitS = mark;
}

/** False: the place does not answer. */
export function takeLoan(world: World, one: Loan): boolean {
  const place = world.at(one.on);
  if (!place.isListed || !world.accepts(place)) return false;
  if (one.kind === "blacklist" && place.blacklist.get(one.key)?.by === "others") return true;
  put(place, one, { value: one.value, by: "us", sinceMs: world.clock.now() });
  world.changed(one.nodeId === null || one.on === one.nodeId ? place : world.at(one.nodeId));
  return true;
}

export function giveBackLoan(world: World, one: Loan): LoanOutcome {
  const place = world.at(one.on);
  if (!place.isListed) return { outcome: "returned", how: `${one.on} left the cluster` };
  if (place.process === null) return { outcome: "returned", how: `${one.on} is not running: it went with it` };
  if (!world.accepts(place)) return { outcome: "unknown", cause: `${one.on} does not answer` };
  const now = standsAt(place, one);
  if ((now?.value ?? null) === one.before) {
    return { outcome: "returned", how: "as before already" };
  }
  if (now === null) return { outcome: "returned", how: "not there any more" };
  if (now.value !== one.value) return { outcome: "superseded", found: now.value };
  put(place, one, one.before === null ? null : { value: one.before, by: "others", sinceMs: world.clock.now() });
  world.changed(one.nodeId === null || one.on === one.nodeId ? place : world.at(one.nodeId));
  return { outcome: "returned", how: "given back, and read back" };
}
