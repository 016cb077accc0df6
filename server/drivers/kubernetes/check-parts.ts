import type { NodeId } from "#lib/cluster/node.ts";
import type { Check, Severity } from "#lib/run/check.ts";

export type Question = Pick<Check, "id" | "nodeId" | "title" | "severity">;

export function ask(id: string, nodeId: NodeId | null, title: string, severity: Severity): Question {
  return { id, nodeId, title, severity };
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
