/** Who started the process that listens: an Application Controller starts it again, however politely it was ended. */
import type { Check } from "#lib/run/check.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { ServerNode } from "../servers/server-node.ts";
import { askHost } from "../shared/run-at.ts";
import { fails, passes, unknown, type Question } from "../shared/check-parts.ts";
import type { MdexWorld } from "./world.ts";

/** $1 the port. The parent's pid and command line; nothing where nobody listens, or where it may not be seen. */
const PARENT = `
pid=$(ss -Hltnp "sport = :$1" | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p' | head -n 1)
[ -n "$pid" ] || exit 0
stat=$(cat "/proc/$pid/stat") || exit 0
set -- \${stat##*) }
echo "$2 $(tr '\\000' ' ' <"/proc/$2/cmdline" | cut -c1-300)"
`;

/** In the words of its own installation: the agent runs in a server of the Endeca folder, as /opt/endeca/… or eac. */
const CONTROLLER = /endeca|\beac\b/i;
/** A start script lies there too, and starts nothing again. */
const SHELL = /^\d+ \S*\b(sh|bash|dash|ash|ksh)\b/;

export async function startedBy(world: MdexWorld, node: ServerNode, signal: AbortSignal): Promise<Check> {
  const question: Question = {
    id: "mdex-controller",
    nodeId: node.id,
    title: "No controller starts it again",
    severity: "blocks",
  };
  const host = world.hostOf(node.id);
  const parent = host === null ? "" : await parentOf(world, host, node.port, signal);
  if (parent === "") {
    const remedy =
      "Where an Application Controller started it, write controller: and owner: { kind: eac }: it undoes an exit that it did not order.";
    return unknown(
      { ...question, severity: "note" },
      `who started what listens on ${node.address} is not to be seen`,
      remedy,
    );
  }
  const said = `what listens on ${node.address} was started by ${parent.trim()}`;
  if (SHELL.test(parent) || !CONTROLLER.test(parent)) return passes(question, said);
  return fails(
    question,
    `${said}: an Application Controller starts a Dgraph again at once after an exit that it did not order`,
    "Write controller: and owner: { kind: eac } for this node. Then the exit goes through it.",
  );
}

async function parentOf(world: MdexWorld, host: Host, port: number, signal: AbortSignal): Promise<string> {
  const argv = ["/bin/sh", "-c", PARENT, "sluice-parent", String(port)];
  const answer = await askHost(world, host, argv, { timeoutMs: 5000, signal });
  return answer.ok ? answer.stdout.trim() : "";
}
