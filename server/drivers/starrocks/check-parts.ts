import type { NodeId } from "#lib/cluster/node.ts";
import type { Severity } from "#lib/run/check.ts";
import type { Question } from "../shared/check-parts.ts";
import { CHECK_LIST, type CheckId } from "./check-list.ts";

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
