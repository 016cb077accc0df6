/** Every question that is asked of servers before a run, before a node and after it came back. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Severity } from "#lib/run/check.ts";
import type { Question } from "../shared/check-parts.ts";

export const CHECK_LIST = {
  "owner-answers": ["Its owner tells of it", "blocks"],
  running: ["It runs and serves", "blocks"],
  "others-in-service": ["Everyone else is in service", "blocks"],
  "as-planned": ["It is as it was planned", "blocks"],
  pool: ["Others of its pool stand in for it", "blocks"],
  "router-answers": ["Its routers tell of it", "blocks"],
  "exit-times": ["The times of its exit nest", "blocks"],
  "owner-undoes": ["Nobody undoes its exit", "blocks"],
  "polite-signal": ["Its stop signal lets work end", "blocks"],
  "signal-arrives": ["Its stop signal arrives", "blocks"],
  "artifact-present": ["The release lies on its host", "blocks"],
  "artifacts-agree": ["The release is the same everywhere", "needsReason"],
  "home-holds": ["Its home can be switched", "blocks"],
  "starts-by-link": ["Its owner starts what the link points at", "blocks"],
  "version-told": ["Its version can be seen", "blocks"],
  serving: ["It serves with the right version", "blocks"],
  "on-the-routes": ["It is on every route", "blocks"],
  "clean-exit": ["It left cleanly", "note"],
} as const satisfies Readonly<Record<string, readonly [title: string, severity: Severity]>>;

export type CheckId = keyof typeof CHECK_LIST;

export function ask(id: CheckId, nodeId: NodeId | null, severity: Severity = CHECK_LIST[id][1]): Question {
  return { id, nodeId, title: CHECK_LIST[id][0], severity };
}
