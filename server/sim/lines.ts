/** What comes between a console and the cluster: witnesses that fall silent, repeat themselves, or are wrong. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { ProcessState } from "#lib/cluster/observation.ts";

export type Line = {
  /** Says nothing until then. */
  silentUntilMs: number;
  /** Is not heard anew until then: what it said last stands, with its age. */
  staleUntilMs: number;
  /** Says this about the process, whatever is so. */
  lie: ProcessState | null;
};

export type Lines = {
  readonly controlPlane: Line;
  readonly checks: Line;
  readonly byNode: ReadonlyMap<NodeId, { readonly node: Line; readonly process: Line; readonly heard: Line }>;
};

export function createLines(nodeIds: readonly NodeId[]): Lines {
  return {
    controlPlane: aLine(),
    checks: aLine(),
    byNode: new Map(nodeIds.map((id) => [id, { node: aLine(), process: aLine(), heard: aLine() }])),
  };
}

export function healLines({ controlPlane, checks, byNode }: Lines): void {
  heal(controlPlane);
  heal(checks);
  for (const { node, process, heard } of byNode.values()) for (const line of [node, process, heard]) heal(line);
}

export function isSilent(line: Line, nowMs: number): boolean {
  return nowMs < line.silentUntilMs;
}

export function isStale(line: Line, nowMs: number): boolean {
  return nowMs < line.staleUntilMs;
}

function aLine(): Line {
  return { silentUntilMs: 0, staleUntilMs: 0, lie: null };
}

function heal(line: Line): void {
  line.silentUntilMs = 0;
  line.staleUntilMs = 0;
  line.lie = null;
}
