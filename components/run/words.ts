/** Words that verdict, queue, stepper and evidence share. */
import type { Phase, Policy, RunKind } from "#lib/run/plan.ts";
import type { StepResult } from "#lib/run/hold.ts";
import type { Witness } from "#lib/cluster/observation.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import { plural } from "#components/format.ts";

/** As a heading: what the phase is called. */
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  gate: "Gate",
  check: "Check",
  isolate: "Isolate",
  drain: "Drain",
  exit: "Exit",
  confirm: "Confirm",
  upgrade: "Upgrade",
  restart: "Restart",
  readmit: "Readmit",
  verify: "Verify",
};

/** As it happens: what the node does meanwhile. */
export const PHASE_DOING: Readonly<Record<Phase, string>> = {
  gate: "At the gate",
  check: "Checking",
  isolate: "Isolating",
  drain: "Draining",
  exit: "Exiting",
  confirm: "Confirming",
  upgrade: "Upgrading",
  restart: "Restarting",
  readmit: "Readmitting",
  verify: "Verifying",
};

export const KIND_NAMES: Readonly<Record<RunKind, string>> = {
  upgrade: "Upgrade",
  downgrade: "Downgrade",
  restart: "Restart",
  stop: "Stop",
  drain: "Drain",
};

export const RESULT_WORDS: Readonly<Record<StepResult, string>> = {
  verified: "verified",
  skipped: "skipped",
  putBack: "put back",
  aborted: "aborted",
};

export const WITNESS_WORDS: Readonly<Record<Witness, string>> = {
  controlPlane: "control plane",
  node: "the node",
  process: "its process",
  router: "its router",
};

/** "two queries and one load": what a cut costs, in words that people recognise. */
export function itemsInWords(items: readonly WorkItem[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of items) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const parts = [...kinds].map(([kind, number]) => `${SMALL[number] ?? number} ${number === 1 ? kind : manyOf(kind)}`);
  return joined(parts);
}

const SMALL: Readonly<Record<number, string>> = { 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six" };

export function manyOf(kind: string): string {
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** "a, b and c" */
export function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** "a is", "a and b are" */
export function are(nodeIds: readonly string[]): string {
  return `${joined(nodeIds)} ${nodeIds.length === 1 ? "is" : "are"}`;
}

/** "one at a time", "up to 2 at a time" */
export function atATime({ batch }: Pick<Policy, "batch">): string {
  return `${batch === 1 ? "one" : `up to ${batch}`} at a time`;
}

/** "one node at a time", "up to 2 nodes at a time": where no nodes were named before. */
export function nodesAtATime({ batch }: Pick<Policy, "batch">): string {
  return `${batch === 1 ? "one node" : `up to ${batch} nodes`} at a time`;
}

export function nodesInWords(number: number): string {
  return plural(number, "node", "nodes");
}

/** A text that may stand within a sentence: no full stop at its end. */
export function unstopped(text: string): string {
  return text.trim().replace(/[.\s]+$/, "");
}
