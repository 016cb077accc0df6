/** Where a node lies on its host, and how commands reach it. */
import type { Host, HostAnswer, RunOnceResult } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
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
  const { install } = world.config;
  return {
    ok: true,
    value: { node, host, home, dir: install?.strategy === "symlink" ? `${home}/${install.link}` : home },
  };
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
  const answer = await place.host.run(argv, signal === undefined ? { timeoutMs } : { timeoutMs, signal });
  const result = answer.ok ? `exit ${answer.exitCode}\n${answer.stdout}${answer.stderr}`.trim() : answer.why;
  world.tell(place.node.id, `${place.node.id}$`, options.shown ?? shellText(argv), result);
  return answer;
}

export type OnceOptions = {
  readonly shown?: string;
  readonly begin?: boolean;
  readonly waitMs: number | null;
  readonly signal: AbortSignal;
};

/** A command that must not be repeated: it runs detached on the host, once for this id. */
export async function runOnceAt(
  world: World,
  place: Place,
  commandId: string,
  argv: readonly string[],
  { shown, begin = true, waitMs, signal }: OnceOptions,
): Promise<RunOnceResult> {
  const result = await place.host.runOnce(commandId, argv, {
    stateDir: `${place.home}/.sluice/run`,
    cwd: place.home,
    env: environmentOf(world),
    begin,
    waitMs,
    signal,
  });
  if (begin || result.state === "ended") {
    world.tell(place.node.id, `${place.node.id}$`, shown ?? shellText(argv), describeOnce(result));
  }
  return result;
}

/** The version and start scripts of an FE need it, and a detached command inherits little (facts, 0.2). */
export function environmentOf(world: World): Readonly<Record<string, string>> {
  return world.config.javaHome === undefined ? {} : { JAVA_HOME: world.config.javaHome };
}

export function describeOnce(result: RunOnceResult): string {
  switch (result.state) {
    case "ended":
      return `exit ${result.exitCode}\n${result.stdout}${result.stderr}`.trim();
    case "running":
      return "still running";
    case "none":
      return "never begun";
    case "unknown":
      return result.why;
    default:
      return result satisfies never;
  }
}

/** As one would type it: to be shown and copied, never to be run by us. */
export function shellText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
