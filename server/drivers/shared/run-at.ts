/** Commands on the host of a node, told to the operator: repeated where that is harmless, at most once where it is not. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Host, HostAnswer, RunOnceResult } from "#server/orchestrator/host.ts";
import { runAgain } from "#server/orchestrator/host-again.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { redacted } from "./redact.ts";

/** What a driver's world does for it. */
export type Teller = {
  readonly clock: Clock;
  tell(nodeId: NodeId | null, where: string, text: string, result: string): void;
};

/** Where a node lies on its host: `home` holds what the console keeps of its commands there. */
export type HostPlace = { readonly node: { readonly id: NodeId }; readonly host: Host; readonly home: string };

const SHORT_MS = 30_000;

/** A command that may be repeated, shown to the operator. */
export async function runAt(
  world: Teller,
  place: HostPlace,
  argv: readonly string[],
  options: { readonly timeoutMs?: number; readonly shown?: string; readonly signal?: AbortSignal } = {},
): Promise<HostAnswer> {
  const { timeoutMs = SHORT_MS, signal } = options;
  const answer = await askHost(world, place.host, argv, signal === undefined ? { timeoutMs } : { timeoutMs, signal });
  const result = answer.ok ? `exit ${answer.exitCode}\n${answer.stdout}${answer.stderr}`.trim() : answer.why;
  world.tell(place.node.id, `${place.node.id}$`, options.shown ?? shellText(argv), result);
  return answer;
}

/** As `runAt`, and not shown. Where only the way to the host broke it is asked again: what it asks may be repeated. */
export async function askHost(
  { clock }: Pick<Teller, "clock">,
  host: Host,
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<HostAnswer> {
  return await runAgain(host, clock, argv, options);
}

export type OnceOptions = {
  readonly shown?: string;
  readonly begin?: boolean;
  /** Where it runs; the node's home, when nothing else is said. */
  readonly cwd?: string;
  readonly waitMs: number | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** A command that must not be repeated: it runs detached on the host, once for this id. */
export async function runOnceAt(
  world: Teller,
  place: HostPlace,
  commandId: string,
  argv: readonly string[],
  { shown, begin = true, cwd = place.home, waitMs, env = {}, signal }: OnceOptions,
): Promise<RunOnceResult> {
  const result = await place.host.runOnce(commandId, argv, {
    stateDir: `${place.home}/.sluice/run`,
    cwd,
    env,
    begin,
    waitMs,
    signal,
  });
  if (result.state === "ended" || result.state === "unknown") {
    world.tell(place.node.id, `${place.node.id}$`, shown ?? shellText(argv), describeOnce(result));
  }
  return result;
}

export function describeOnce(result: RunOnceResult): string {
  switch (result.state) {
    case "ended":
      return redacted(`exit ${result.exitCode}\n${result.stdout}${result.stderr}`.trim());
    case "running":
      return "still running";
    case "none":
      return "never begun";
    case "unknown":
    case "silent":
      return result.why;
    default:
      return result satisfies never;
  }
}
