/** Where a node lies on its host, and how commands reach it. */
import type { Host, HostAnswer, RunOnceResult } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { dirOf } from "./config.ts";
import { redacted } from "./redact.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type Place = {
  readonly node: StarRocksNode;
  readonly host: Host;
  readonly home: string;
  /** What holds `bin`, `lib` and `conf`: the home, or the link in it that points at a release. */
  readonly dir: string;
};

export function placeOf(world: World, node: StarRocksNode): Answer<Place> {
  const host = world.hostOf(node);
  if (host === null || node.place === null) {
    const why = `nothing says where ${node.id} lies; add nodes: { "${node.address}": { host: …, home: … } } to the configuration`;
    return { ok: false, why };
  }
  const { home } = node.place;
  return { ok: true, value: { node, host, home, dir: dirOf(world.config, home) } };
}

/** How an operator would start it, with where. */
export function startLine(world: World, node: StarRocksNode): string {
  const place = placeOf(world, node);
  const dir = place.ok ? place.value.dir : "<home>";
  return `${node.id}$ ${dir}/bin/start_${node.role}.sh --daemon`;
}

const SHORT_MS = 30_000;

/** A command that may be repeated, shown to the operator. */
export async function runAt(
  world: World,
  place: Place,
  argv: readonly string[],
  options: { readonly timeoutMs?: number; readonly shown?: string; readonly signal?: AbortSignal } = {},
): Promise<HostAnswer> {
  const { timeoutMs = SHORT_MS, signal } = options;
  const answer = await askHost(world, place.host, argv, signal === undefined ? { timeoutMs } : { timeoutMs, signal });
  const result = answer.ok ? `exit ${answer.exitCode}\n${answer.stdout}${answer.stderr}`.trim() : answer.why;
  world.tell(place.node.id, `${place.node.id}$`, options.shown ?? shellText(argv), result);
  return answer;
}

const TRIES = 3;
const AGAIN_MS = 500;

/** As `runAt`, and not shown. Where only the way to the host broke it is asked again: what it asks may be repeated. */
export async function askHost(
  { clock }: Pick<World, "clock">,
  host: Host,
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<HostAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await host.run(argv, options);
    if (answer.ok || answer.lost !== true || attempt === TRIES || options.signal?.aborted === true) return answer;
    await clock.wait(attempt * AGAIN_MS, options.signal);
  }
}

export type OnceOptions = {
  readonly shown?: string;
  readonly begin?: boolean;
  readonly waitMs: number | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** A command that must not be repeated: it runs detached on the host, once for this id. */
export async function runOnceAt(
  world: World,
  place: Place,
  commandId: string,
  argv: readonly string[],
  { shown, begin = true, waitMs, env = {}, signal }: OnceOptions,
): Promise<RunOnceResult> {
  const environment = await environmentOf(world, place);
  if (!environment.ok) return { state: "silent", why: environment.why };
  const result = await place.host.runOnce(commandId, argv, {
    stateDir: `${place.home}/.sluice/run`,
    cwd: place.home,
    env: { ...environment.value, ...env },
    begin,
    waitMs,
    signal,
  });
  if (result.state === "ended" || result.state === "unknown") {
    world.tell(place.node.id, `${place.node.id}$`, shown ?? shellText(argv), describeOnce(result));
  }
  return result;
}

/**
 * The version script of an FE needs JAVA_HOME exported, and a detached command inherits little (facts, 0.2). It is the one
 * that is configured, or that the node's own conf file exports to its scripts; else whatever the host's environment has.
 */
export async function environmentOf(world: World, place: Place): Promise<Answer<Readonly<Record<string, string>>>> {
  const { javaHome } = world.config;
  if (javaHome !== undefined) return { ok: true, value: { JAVA_HOME: javaHome } };
  const { role } = place.node;
  const expression = "s/^[[:space:]]*JAVA_HOME[[:space:]]*=[[:space:]]*//p";
  const argv = ["sed", "-n", expression, `${place.dir}/conf/${role}.conf`];
  const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000 });
  if (!answer.ok) return { ok: false, why: answer.why };
  const found = answer.stdout.trim().split("\n").at(-1) ?? "";
  const plain = found.replace(/^(["'])(.*)\1$/, "$2");
  return { ok: true, value: plain.startsWith("/") ? { JAVA_HOME: plain } : {} };
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
