/** The answers to a question that is asked before a node is touched, or after it came back. */
import type { Check } from "#lib/run/check.ts";

export type Question = Pick<Check, "id" | "nodeId" | "title" | "severity">;

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
