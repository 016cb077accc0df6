import type { NodeId } from "#lib/cluster/node.ts";
import type { Check, Severity } from "#lib/run/check.ts";
import { CHECK_LIST, type CheckId } from "./check-list.ts";

export type Question = Pick<Check, "id" | "nodeId" | "title" | "severity">;

/** A question of the list, put to one node or to the cluster. */
export function ask(
  id: CheckId,
  nodeId: NodeId | null,
  rest: Partial<Pick<Question, "severity" | "title">> = {},
): Question {
  const { title, severity } = CHECK_LIST[id];
  return { id, nodeId, title: rest.title ?? title, severity: rest.severity ?? usual(severity) };
}

function usual([first]: readonly [Severity, ...Severity[]]): Severity {
  return first;
}

export function passes(question: Question, evidence: string): Check {
  return { ...question, verdict: "pass", evidence, remedy: "" };
}

export function fails(question: Question, evidence: string, remedy: string): Check {
  return { ...question, verdict: "fail", evidence, remedy };
}

export function unknown(question: Question, evidence: string, remedy: string): Check {
  return { ...question, verdict: "unknown", evidence, remedy };
}

export function list(words: readonly string[], most = 8): string {
  const rest = words.length - most;
  return rest > 0 ? `${words.slice(0, most).join(", ")} and ${rest} more` : words.join(", ");
}
