/**
 * Whether a cluster can be reached as somebody has just described it: each FE, the account, every node's own port, the
 * routers in front, the hosts and what lies there. Reads only, and within ten seconds: what was not asked to the end is left out, and said so.
 */
import type { ConnectionReport, Finding, FoundNode } from "#lib/wire/configuration.ts";
import { accountCheck } from "./account-checks.ts";
import { atOnce } from "../shared/at-once.ts";
import { list } from "../shared/check-parts.ts";
import type { StarRocksConfig } from "./config.ts";
import { askHosts, told, type Note } from "./connection-hosts.ts";
import { askRouters } from "./connection-routers.ts";
import { readCluster } from "./read-cluster.ts";
import { configRows } from "./rows.ts";
import { FrontendSql, type SqlFailure } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, World, type SqlClient, type StarRocksDeps } from "./world.ts";

export const TEST_LIMIT_MS = 10_000;
const NODES_AT_ONCE = 16;

/** `password`: as it was typed, where it stands in no file yet. */
export async function testConnection(
  config: StarRocksConfig,
  password: string | null,
  deps: StarRocksDeps,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const beganAtMs = deps.clock.now();
  const over = AbortSignal.any([signal, AbortSignal.timeout(TEST_LIMIT_MS)]);
  const openSql = deps.openSql ?? ((address, account) => new FrontendSql(address, account));
  const world = new World(config, {
    ...deps,
    // Nothing that this try sends or finds is kept, and the process files of the real one stay its own.
    sent: () => undefined,
    stateDir: null,
    openSql: (address, account) =>
      untilOver(
        openSql(address, password === null ? account : { ...account, password: () => ({ ok: true, value: password }) }),
        over,
      ),
  });
  const findings: Finding[] = [];
  let cluster: ConnectionReport["cluster"] = null;
  const work = async (): Promise<"done"> => {
    const note: Note = (...found) => void (over.aborted ? undefined : findings.push(...found));
    // They are asked whoever else answers: an FE that is down tells nothing of what stands in front of it.
    const routed = askRouters(world, note, over);
    const isOpen = await askDoors(world, password !== null, note);
    // Where no door opens, the rest would only say so again.
    cluster = isOpen ? await readWhole(world, note) : null;
    if (cluster !== null) {
      await Promise.all([askAccount(world, note), askPorts(world, note, over), askHosts(world, note, over)]);
    }
    await routed;
    return "done";
  };
  try {
    const ended = await Promise.race([work(), aborted(over)]);
    return { tookMs: deps.clock.now() - beganAtMs, unfinished: ended === "over", cluster, findings: [...findings] };
  } finally {
    world.close();
  }
}

/** What is asked after the end would open a connection again, and an FE counts each as work that its exit waits for. */
function untilOver(sql: SqlClient, over: AbortSignal): SqlClient {
  return {
    ask: async (statement, timeoutMs) =>
      over.aborted ? { ok: false, failure: OVER } : await sql.ask(statement, timeoutMs),
    close: () => sql.close(),
    get openCount() {
      return sql.openCount;
    },
  };
}

const OVER: SqlFailure = { kind: "timeout", code: null, message: "the test is over" };

function aborted(signal: AbortSignal): Promise<"over"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("over");
    signal.addEventListener("abort", () => resolve("over"), { once: true });
  });
}

/** Each FE that was named, by itself: one that answers must not hide another that does not. */
async function askDoors(world: World, isTyped: boolean, note: Note): Promise<boolean> {
  const { frontends, account } = world.config;
  const answers = await Promise.all(
    frontends.map(async (address, index): Promise<Finding> => {
      const sentAtMs = world.clock.now();
      const answer = await world.sqlAt(address).ask("SELECT current_user()", world.pollTimeoutMs);
      const tookMs = world.clock.now() - sentAtMs;
      const question = { about: "frontends", field: `frontends[${index}]`, title: `${address} answers SQL` } as const;
      if (answer.ok) {
        const who = Object.values(answer.rows[0] ?? {})[0] ?? account.user;
        return { ...question, verdict: "pass", evidence: `as ${who}, in ${tookMs} ms`, remedy: "" };
      }
      const [evidence, remedy] = parted(explain(answer.failure, account.user, account.password ?? "account.password"));
      const isLogin = answer.failure.kind === "auth";
      return {
        ...question,
        ...(isLogin
          ? { about: "account", field: "account.password", title: `${address} lets ${account.user} in` }
          : {}),
        verdict: "fail",
        evidence,
        remedy: isLogin && isTyped ? "Correct the user, or type the password anew." : remedy || "Look at its fe.log.",
      };
    }),
  );
  note(...answers);
  return answers.some(({ verdict }) => verdict === "pass");
}

/** What happened, and what to do, as the sentences of the driver part them. */
function parted(sentence: string): readonly [string, string] {
  const [, evidence = sentence, remedy = ""] = /^(.*?)[;?](?=\s)\s+(.*)$/s.exec(sentence) ?? [];
  const capital = remedy.charAt(0).toUpperCase() + remedy.slice(1);
  return [evidence, capital === "" ? "" : `${capital.replace(/[.?]$/, "")}.`];
}

async function readWhole(world: World, note: Note): Promise<ConnectionReport["cluster"]> {
  const question = { about: "frontends", field: "frontends", title: "The cluster can be read" } as const;
  const reading = await readCluster(world);
  if (!reading.ok) {
    const isRight = /Grant it:/.test(reading.why);
    const [evidence = reading.why, grants = ""] = reading.why.split(" Grant it: ");
    note({
      ...question,
      ...(isRight ? { about: "account", field: "account.user" } : {}),
      verdict: "fail",
      evidence,
      remedy: isRight ? grants.replaceAll("; ", ";\n") : "Mend what is told above; the rest can be asked after that.",
    });
    return null;
  }
  const { nodes } = world;
  const mode = await world.readAny(["ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'"], world.pollTimeoutMs);
  const runMode = mode.ok ? (configRows(mode.rows[0] ?? [])?.[0]?.Value ?? null) : null;
  const down = nodes.filter(({ alive }) => !alive);
  note({
    ...question,
    verdict: down.length === 0 ? "pass" : "unknown",
    evidence:
      down.length === 0
        ? `${nodes.length} nodes, all alive, by ${reading.value.by}`
        : `${list(down.map(({ id }) => id))} of ${nodes.length} not alive, by ${reading.value.by}`,
    remedy: down.length === 0 ? "" : "It can be watched like that. A run wants everybody else in service.",
  });
  return {
    by: reading.value.by,
    leader: world.frontends.find(({ leadership }) => leadership === "leader")?.address ?? null,
    versions: [...new Set(nodes.flatMap(({ version }) => version ?? []))].sort(),
    sharedData: runMode === null ? null : runMode === "shared_data",
    nodes: nodes.map(foundNode),
  };
}

function foundNode({ address, role, leadership, version, alive }: StarRocksNode): FoundNode {
  return { address, role, leader: leadership === "leader", version, alive };
}

async function askAccount(world: World, note: Note): Promise<void> {
  const check = await accountCheck(world);
  note({ about: "account", field: "account.user", ...told(check) });
}

/** Numbers of every node come from its own HTTP port. */
async function askPorts(world: World, note: Note, signal: AbortSignal): Promise<void> {
  const alive = world.nodes.filter((node) => node.alive);
  const answers = await atOnce(
    alive,
    async (node) => ({ node, answer: await world.http(node, "GET", "/api/health", signal) }),
    NODES_AT_ONCE,
  );
  const silent = answers.flatMap(({ node, answer }) =>
    answer.ok ? [] : [`${node.id} at ${node.host}:${node.httpPort} (${answer.why})`],
  );
  const question = { about: "frontends", field: "nodes", title: "Every node answers on its HTTP port" } as const;
  if (silent.length === 0) {
    note({ ...question, verdict: "pass", evidence: `${answers.length} nodes, GET /api/health`, remedy: "" });
    return;
  }
  const remedy =
    "Open these ports to the console, or correct httpPort under nodes: without them its numbers and the end of its work cannot be seen.";
  note({ ...question, verdict: "fail", evidence: list(silent, 4), remedy });
}
