/** The log of a pod's container, as its kubelet keeps it. */
import type { Answer, LogChunk } from "#server/orchestrator/ports.ts";
import { explain } from "./client.ts";
import type { PodNode } from "./nodes.ts";
import { podPath } from "./paths.ts";
import type { World } from "./world.ts";

const FIRST_LINES = 200;

/** The cursor is the time of the last line: of those at that very time, the ones after it may come twice. */
export async function readLog(
  world: World,
  node: PodNode,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Answer<LogChunk>> {
  const { container } = node.of.config;
  const query = new URLSearchParams({
    timestamps: "true",
    ...(cursor === null ? { tailLines: String(FIRST_LINES) } : { sinceTime: cursor, limitBytes: "1000000" }),
    ...(container === undefined ? {} : { container }),
  });
  const answer = await world.client.text(`${podPath(world.namespace, node.id)}/log?${query.toString()}`, signal);
  if (!answer.ok) return { ok: false, why: explain(answer.failure, `the log of ${node.id}`) };
  const lines = answer.value
    .split("\n")
    .filter((line) => line !== "")
    .map(stamped)
    .filter(({ at }) => cursor === null || at > cursor);
  return {
    ok: true,
    value: {
      file: `kubectl logs ${node.id}`,
      cursor: lines.at(-1)?.at ?? cursor ?? new Date(world.clock.now()).toISOString(),
      lines: lines.map(({ at, text }) => ({ atMs: Date.parse(at) || null, text })),
    },
  };
}

function stamped(line: string): { readonly at: string; readonly text: string } {
  const space = line.indexOf(" ");
  return space === -1 ? { at: line, text: "" } : { at: line.slice(0, space), text: line.slice(space + 1) };
}
