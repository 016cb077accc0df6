/** What a person may ask of the run as a whole, or of a node whose step has ended. What is refused says why. */
import type { NodeId } from "#lib/cluster/node.ts";
import { rollBackOf } from "#lib/run/roll-back.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { plural, releaseOf } from "#components/format.ts";
import { act, type ActView } from "./acts.ts";
import { joined } from "./words.ts";

type RunFacts = { readonly run: Run; readonly nowMs: number };

export function acceptTopologyAct(facts: RunFacts): ActView {
  const { hold } = facts.run;
  const reason = hold?.reason.why === "topologyChanged" ? hold.reason : null;
  const parts = [
    ...(reason === null || reason.appeared.length === 0 ? [] : [`${joined(reason.appeared)} appeared.`]),
    ...(reason === null || reason.vanished.length === 0 ? [] : [`${joined(reason.vanished)} vanished.`]),
  ].join(" ");
  return act(facts, {
    key: "acceptTopology",
    words: "Accept the change…",
    icon: "check",
    request: (why) => ({ do: "acceptTopology", reason: why }),
    question: {
      title: "Go on with the changed cluster?",
      body: `${parts} This run touches nobody who appeared, and does not wait for who vanished. Your name and reason stand in its journal.`.trim(),
      safe: "Keep waiting",
      act: "Accept the change",
      reason: "Why it is well",
    },
  });
}

export function settleActs(facts: RunFacts, step: Step): readonly ActView[] {
  const { nodeId } = step.plan;
  const target = facts.run.plan.targetVersion;
  const stays = target === null ? "" : ` It stays on ${step.before?.version ?? "its version"}, not on ${target}.`;
  return [
    act(facts, {
      key: `again ${nodeId}`,
      words: `Take ${nodeId} again…`,
      icon: "restart",
      request: (reason) => ({ do: "settle", nodeId, how: "again", reason }),
      question: {
        title: `Take ${nodeId} again?`,
        body: "It is taken like any other: its gate, its checks, then off the routes. Your name and reason stand in the journal.",
        safe: "Not yet",
        act: `Take ${nodeId} again`,
        reason: "What is different now",
      },
    }),
    act(facts, {
      key: `leave ${nodeId}`,
      words: `Leave ${nodeId} as it is…`,
      icon: "minus",
      request: (reason) => ({ do: "settle", nodeId, how: "leave", reason }),
      question: {
        title: `Leave ${nodeId} as it is?`,
        body: `The run goes on to its end without it.${stays} Your name and reason stand in the journal.`,
        safe: "Not yet",
        act: `Leave ${nodeId}`,
        reason: "Why it may stay so",
      },
    }),
  ];
}

export function finishAct(facts: RunFacts): ActView {
  const kept = facts.run.steps.filter(({ progress }) => progress.at === "ended" && progress.result === "verified");
  return act(facts, {
    key: "finish",
    words: "Finish…",
    icon: "check",
    request: () => ({ do: "finish" }),
    question: {
      title: `Finish run ${runName(facts.run.id)}?`,
      body: `The old files are removed on ${plural(kept.length, "node", "nodes")}. It cannot be undone: a roll back after that installs the version before anew.`,
      safe: "Keep the old files",
      act: "Finish, remove the old files",
      reason: null,
    },
  });
}

/** Where the way back is planned; `refused` says why there is none. */
export function rollBackAct(run: Run): { readonly words: string; readonly refused: string | null } {
  const back = rollBackOf(run);
  if (!back.can) return { words: "Roll back…", refused: back.why };
  return { words: `Roll back to ${releaseOf(back.targetVersion)}…`, refused: null };
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
    const by = settled === null ? null : settled.by.kind === "person" ? settled.by.id : "the plan";
    return [
      {
        nodeId: plan.nodeId,
        step,
        ended: [resultWords[progress.result] ?? progress.result, progress.evidence].filter(Boolean).join(": "),
        settled: settled === null ? null : `left as it is by ${by ?? ""}: ${settled.reason}`,
      },
    ];
  });
}
