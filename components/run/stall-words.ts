/** Why it does not move, as one sentence: what blocks, the number, since when; who can clear it; the act by its name. */
import type { LoanRecord } from "#lib/run/loan.ts";
import type { Stall, StallNumber } from "#lib/run/stall/parts.ts";
import { whyNotMoving, type StallFacts } from "#lib/run/stall/stall.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { duration, when } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { actsOf } from "./acts.ts";
import { pieces, unstopped } from "./words.ts";

export type StallWords = {
  readonly what: string;
  /** "3 queries, since 02:22:37, 1 m 28 s ago"; null where there is neither. */
  readonly live: string | null;
  readonly who: string;
  /** The name of the button that clears it; null where none does. */
  readonly act: string | null;
  /** What the plan's own rule does when nobody answers. */
  readonly rule: string | null;
};

export function stallOf(run: Run, cluster: ClusterView, nowMs: number): Stall | null {
  return whyNotMoving(run, loansOf(cluster), factsOf(cluster), nowMs);
}

export function stallWords(run: Run, stall: Stall, nowMs: number): StallWords {
  const { what, number, sinceMs, who, byRuleAtMs } = stall;
  const since =
    sinceMs === null
      ? []
      : [
          t("since {time}", { time: when(sinceMs, nowMs) }),
          t(number?.is === "left" ? "{duration} so far" : "{duration} ago", { duration: duration(nowMs - sinceMs) }),
        ];
  const parts = [...(number === null ? [] : [numberWords(number)]), ...since];
  return {
    what: unstopped(said(what)),
    live: parts.length === 0 ? null : parts.reduce((before, more) => t("{before}, {more}", { before, more })),
    who: said(who),
    act: stall.act === null ? null : actName(run, stall.act, nowMs),
    rule:
      byRuleAtMs === null
        ? null
        : t("Unanswered, it is put back by the plan in {duration}.", { duration: duration(byRuleAtMs - nowMs) }),
  };
}

function numberWords(number: StallNumber): string {
  return number.is === "count"
    ? pieces(number.count, number.one, number.many)
    : t("{what} in {duration}", { what: said(number.until), duration: duration(number.ms) });
}

/** As its button has it, without the dots that say that a question follows. */
function actName(run: Run, { do: name, nodeId }: NonNullable<Stall["act"]>, nowMs: number): string {
  const step = nodeId === null ? null : stepOf(run, nodeId);
  if (step !== null) {
    const facts = { run, step, observation: null, items: step.lastWork, inFlight: null, nowMs };
    const found = actsOf(facts).find(({ request }) => request("example").do === name);
    if (found !== undefined) return found.words.replace(/…$/, "");
  }
  if (name === "approve") return t("Approve {node}", { node: nodeId ?? "" });
  return name === "settle" ? t("Take {node} again", { node: nodeId ?? "" }) : t(NAMES[name] ?? name);
}

/** Of acts that have their button beside what they are about. */
const NAMES: Readonly<Partial<Record<NonNullable<Stall["act"]>["do"], string>>> = {
  withdrawApproval: msg("Undo"),
  resume: msg("Resume"),
  override: msg("Override"),
  acceptTopology: msg("Accept the change"),
  finish: msg("Finish"),
};

function loansOf(cluster: ClusterView): ReadonlyMap<string, LoanRecord> {
  return new Map(cluster.loans.map((record) => [record.loan.id, record]));
}

function factsOf(cluster: ClusterView): StallFacts {
  const nodes = Object.values(cluster.nodes);
  return {
    nodes: nodes.map(({ node }) => node),
    observations: new Map(nodes.map(({ node, observation }) => [node.id, observation])),
    work: new Map(Object.entries(cluster.work)),
    controlPlane: { answeredAtMs: cluster.polledAtMs, problem: cluster.problem },
    journal: cluster.readOnly === null ? null : { problem: cluster.readOnly, sinceMs: null },
    ownedBy: cluster.owned || cluster.readOnly !== null ? null : cluster.ownedBy,
  };
}
