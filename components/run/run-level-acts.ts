/** What a person may ask of the run as a whole, or of a node whose step has ended. What is refused says why. */
import type { NodeId } from "#lib/cluster/node.ts";
import { rollBackOf } from "#lib/run/roll-back.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { releaseOf } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { act, type ActView } from "./acts.ts";
import { joined, withReason } from "./words.ts";

type RunFacts = { readonly run: Run; readonly nowMs: number };

export function acceptTopologyAct(facts: RunFacts): ActView {
  const { hold } = facts.run;
  const reason = hold?.reason.why === "topologyChanged" ? hold.reason : null;
  const parts = [
    ...(reason === null || reason.appeared.length === 0
      ? []
      : [t("{nodes} appeared.", { nodes: joined(reason.appeared) })]),
    ...(reason === null || reason.vanished.length === 0
      ? []
      : [t("{nodes} vanished.", { nodes: joined(reason.vanished) })]),
  ];
  return act(facts, {
    key: "acceptTopology",
    words: t("Accept the change…"),
    icon: "check",
    request: (why) => ({ do: "acceptTopology", reason: why }),
    question: {
      title: t("Go on with the changed cluster?"),
      body: sentences([
        ...parts,
        t(
          "This run touches nobody who appeared, and does not wait for who vanished. Your name and reason stand in its journal.",
        ),
      ]),
      safe: t("Keep waiting"),
      act: t("Accept the change"),
      reason: t("Why it is well"),
    },
  });
}

export function settleActs(facts: RunFacts, step: Step): readonly ActView[] {
  const { nodeId } = step.plan;
  const target = facts.run.plan.targetVersion;
  const stays =
    target === null
      ? ""
      : t("It stays on {version}, not on {target}.", { version: step.before?.version ?? t("its version"), target });
  return [
    act(facts, {
      key: `again ${nodeId}`,
      words: t("Take {node} again…", { node: nodeId }),
      icon: "restart",
      request: (reason) => ({ do: "settle", nodeId, how: "again", reason }),
      question: {
        title: t("Take {node} again?", { node: nodeId }),
        body: t(
          "It is taken like any other: its gate, its checks, then off the routes. Your name and reason stand in the journal.",
        ),
        safe: t("Not yet"),
        act: t("Take {node} again", { node: nodeId }),
        reason: t("What is different now"),
      },
    }),
    act(facts, {
      key: `leave ${nodeId}`,
      words: t("Leave {node} as it is…", { node: nodeId }),
      icon: "minus",
      request: (reason) => ({ do: "settle", nodeId, how: "leave", reason }),
      question: {
        title: t("Leave {node} as it is?", { node: nodeId }),
        body: sentences([
          t("The run goes on to its end without it."),
          stays,
          t("Your name and reason stand in the journal."),
        ]),
        safe: t("Not yet"),
        act: t("Leave {node}", { node: nodeId }),
        reason: t("Why it may stay so"),
      },
    }),
  ];
}

export function finishAct(facts: RunFacts): ActView {
  const kept = facts.run.steps.filter(({ progress }) => progress.at === "ended" && progress.result === "verified");
  return act(facts, {
    key: "finish",
    words: t("Finish…"),
    icon: "check",
    request: () => ({ do: "finish" }),
    question: {
      title: t("Finish run {run}?", { run: runName(facts.run.id) }),
      body: t(
        "The old files are removed on {count, plural, one {# node} other {# nodes}}. It cannot be undone: a roll back after that installs the version before anew.",
        { count: kept.length },
      ),
      safe: t("Keep the old files"),
      act: t("Finish, remove the old files"),
      reason: null,
    },
  });
}

/** Where the way back is planned; `refused` says why there is none. */
export function rollBackAct(run: Run): { readonly words: string; readonly refused: string | null } {
  const back = rollBackOf(run);
  if (!back.can) return { words: t("Roll back…"), refused: said(back.why) };
  return { words: t("Roll back to {version}…", { version: releaseOf(back.targetVersion) }), refused: null };
}

export type SettleRow = {
  readonly nodeId: NodeId;
  readonly step: Step;
  /** How its step ended, and why. */
  readonly ended: string;
  /** Who settled it and how; null while nobody did. */
  readonly settled: string | null;
};

/** Every node that was skipped or put back, settled or not. */
export function settleRows(run: Run, resultWords: Readonly<Record<string, string>>): readonly SettleRow[] {
  return run.steps.flatMap((step) => {
    const { progress, settled, plan } = step;
    if (progress.at !== "ended" || (progress.result !== "skipped" && progress.result !== "putBack")) return [];
    const by = settled === null ? null : settled.by.kind === "person" ? settled.by.id : t("the plan");
    return [
      {
        nodeId: plan.nodeId,
        step,
        ended: withReason(t(resultWords[progress.result] ?? progress.result), said(progress.evidence)),
        settled:
          settled === null ? null : t("left as it is by {who}: {reason}", { who: by ?? "", reason: settled.reason }),
      },
    ];
  });
}
