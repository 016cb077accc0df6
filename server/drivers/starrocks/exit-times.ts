/**
 * Whether the times of an exit end in the right order: the node's own wait, the stop script's limit, the supervisor's; and
 * for an FE the limit that it sets itself (architecture 9.1, facts 4.1 and 4.2).
 */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { abilitiesOf } from "./abilities.ts";
import { ask } from "./check-parts.ts";
import { fails, passes, unknown } from "../shared/check-parts.ts";
import { readExitSettings } from "./exit-settings.ts";
import { supervisorLimit } from "./host-checks.ts";
import type { HostFacts } from "./host-facts.ts";
import { loopsFor } from "./loans.ts";
import { placeOf } from "./place.ts";
import { configRows, numberOf } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, urlOf, type World } from "./world.ts";

type Asked = { readonly node: StarRocksNode; readonly step: PlannedStep; readonly facts: HostFacts | null };

const LOOPS = "loop_count_wait_fragments_finish";
/** What the rest of an exit needs after its wait. */
const REST_S = 31;

export async function exitTimesCheck(world: World, asked: Asked, signal: AbortSignal): Promise<Check> {
  const found = asked.node.role === "fe" ? await frontendTimes(world, asked) : await backendTimes(world, asked, signal);
  const limit = supervisorLimit(asked.step, asked.facts);
  if (limit === null) return found;
  const question = ask("exit-times", asked.node.id);
  return fails(question, `${limit.words}; ${found.evidence}`, [limit.remedy, found.remedy].filter(Boolean).join("; "));
}

function limitWords(step: PlannedStep): string {
  return `the stop script waits ${step.exitLimitMs === null ? "as long as it takes" : `${step.exitLimitMs / 1000} s`}`;
}

/** The line of the configuration that would make room for a wait. */
function limitLine(node: StarRocksNode, seconds: number): string {
  return `nodes: { "${node.address}": { exitLimitS: ${seconds} } } in the cluster's configuration`;
}

async function backendTimes(world: World, { node, step }: Asked, signal: AbortSignal): Promise<Check> {
  const question = ask("exit-times", node.id);
  const settings = await readExitSettings(world, node, signal);
  if (!settings.ok) {
    const remedy = `Let this console reach ${urlOf(node, "/varz")}: how long it waits is read and set there. If it listens elsewhere, nodes: { "${node.address}": { httpPort: … } }.`;
    return unknown(question, `how long it would wait for its work cannot be read: ${settings.why}`, remedy);
  }
  const loops = numberOf(settings.value.get(LOOPS)) ?? 0;
  if (!abilitiesOf(node.role, node.version).waitCanBeSet) return fixedTimes(world, { node, step }, loops);
  const heartbeat = settings.value.has("graceful_exit_wait_for_frontend_heartbeat")
    ? "and until the FE was told"
    : "and cannot wait until the FE was told (comes with 3.4.5 and 3.5.1)";
  const wait = `it waits ${loops * 10} s now, ${loopsFor(step.exitLimitMs) * 10} s while that is borrowed, ${heartbeat}`;
  return passes(question, `${wait}; ${limitWords(step)}`);
}

/** Before 3.4.2 nobody can change it while the node runs, so what its conf says must fit as it stands. */
function fixedTimes(world: World, { node, step }: Pick<Asked, "node" | "step">, loops: number): Check {
  const question = ask("exit-times", node.id);
  const place = placeOf(world, node);
  const conf = `${place.ok ? place.value.dir : "<home>"}/conf/${node.role}.conf`;
  const version = node.version ?? "this version";
  const drained = step.phases.some(({ phase, skip }) => phase === "drain" && skip === null);
  const line = `echo '${LOOPS} = ${loopsFor(step.exitLimitMs)}' >> ${conf}`;
  if (loops > 0) {
    const needed = loops * 10 + REST_S;
    const words = `its conf makes it wait ${loops * 10} s, which ${version} reads at its start only; ${limitWords(step)}`;
    if (step.exitLimitMs === null || step.exitLimitMs / 1000 >= needed) return passes(question, words);
    return fails(
      question,
      `${words}: it would be killed while it waits`,
      `${limitLine(node, needed)}; or ${line}, and start it anew.`,
    );
  }
  if (drained) return passes(question, `${version} leaves without waiting for its work; the drain before empties it`);
  const words = `${version} leaves without waiting for its work, and nothing empties it before: what runs then is cut`;
  return fails(question, words, `${line}, and start ${node.id} anew before; or let the plan drain before the exit.`);
}

const MOST = "max_graceful_exit_time_second";
const LEAST = "min_graceful_exit_time_second";
/** From an FE's own limit to the end of its process. */
const FRONTEND_REST_S = 15;

async function frontendTimes(world: World, { node, step }: Asked): Promise<Check> {
  const question = ask("exit-times", node.id);
  if (step.exit === "plain") return passes(question, "a plain stop does not wait");
  const answer = await world.poll(node, "ADMIN SHOW FRONTEND CONFIG LIKE '%graceful_exit_time_second'");
  const set = (key: string, value: number): string => `${node.id}> ADMIN SET FRONTEND CONFIG ("${key}" = "${value}");`;
  if (!answer.ok) {
    const why = explain(answer.failure, world.config.account.user);
    return unknown(question, `${node.id}: ${why}`, `${limitLine(node, 90)}, and ${MOST} at least 15 s less.`);
  }
  const rows = configRows(answer.rows) ?? [];
  const valueOf = (key: string): number | null => numberOf(rows.find((row) => row.Key === key)?.Value ?? null);
  const [most, least] = [valueOf(MOST), valueOf(LEAST) ?? 15];
  if (most === null)
    return unknown(question, `${node.id} has no ${MOST}: it knows no graceful exit`, "Let it exit plainly.");
  const words = `the FE waits ${least} s at least and ${most} s at most, ${limitWords(step)}`;
  if (most <= least) return fails(question, `${words}: it gives up before it may end well`, set(MOST, least + 45));
  if (step.exitLimitMs === null || step.exitLimitMs / 1000 >= most + FRONTEND_REST_S) return passes(question, words);
  const remedy = `${limitLine(node, most + FRONTEND_REST_S)}; or ${set(MOST, 60)}`;
  return fails(question, `${words}: it would be killed while it waits`, remedy);
}
