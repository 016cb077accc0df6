/** The preview: what will be sent, where, in which phase, as an operator would type it. */
import type { Hook, Phase, Plan, PlannedStep } from "#lib/run/plan.ts";
import type { CommandLine } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import type { Artifacts } from "./artifacts.ts";
import { addToBlacklist, deleteFromBlacklist } from "./blacklist.ts";
import { stopCommand } from "./stop-script.ts";
import { loopsFor } from "./loans.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { placeOf } from "./place.ts";
import { standingBefore } from "./routes.ts";
import { redacted } from "../shared/redact.ts";
import type { StarRocksNode } from "./topology.ts";
import { versionScript } from "./version-script.ts";
import { urlOf, type World } from "./world.ts";

export function commandLines(
  world: World,
  artifacts: Pick<Artifacts, "folderOf">,
  plan: Plan,
  nodeId: string,
): readonly CommandLine[] {
  const step = plan.steps.find((candidate) => candidate.nodeId === nodeId);
  const node = world.node(nodeId);
  if (step === undefined || node === null) return [];
  const taken = (phase: Phase): boolean => step.phases.some((entry) => entry.phase === phase && entry.skip === null);
  const { before, after } = plan.policy.hooks;
  return [
    ...hookLines(node, "check", before),
    ...(taken("isolate") ? isolateLines(world, node, step) : []),
    ...(taken("exit") ? exitLines(world, node, step) : []),
    ...(taken("exit") ? forceLines(node) : []),
    ...(taken("confirm") ? confirmLines(world, node) : []),
    ...(taken("upgrade") ? upgradeLines(world, artifacts, node, plan.targetVersion ?? "") : []),
    ...(taken("restart") ? restartLines(world, node) : []),
    ...(taken("readmit") ? readmitLines(world, node, taken("isolate")) : []),
    ...hookLines(node, "verify", after),
    ...(plan.policy.finish === "later" && taken("upgrade") ? finishLines(world, node) : []),
  ];
}

function hookLines(node: StarRocksNode, phase: Phase, hook: Hook | null): readonly CommandLine[] {
  if (hook === null) return [];
  const when = phase === "check" ? "when every check holds" : "when it is verified";
  const remark = `your own command, ${when}; ended after ${hook.limitMs / 1000} s`;
  return [{ phase, where: at(node), text: redacted(shellText(hook.argv)), remark }];
}

function finishLines(world: World, node: StarRocksNode): readonly CommandLine[] {
  const place = placeOf(world, node);
  if (!place.ok || world.config.install?.strategy !== "swap") return [];
  const text = `rm -rf ${place.value.home}/.sluice/kept`;
  return [{ phase: "verify", where: at(node), text, remark: "after the whole run, when somebody says Finish" }];
}

const at = (node: StarRocksNode): string => `${node.id}$`;

function isolateLines(world: World, node: StarRocksNode, step: PlannedStep): readonly CommandLine[] {
  const { role } = node;
  const routed = routerLines(world, node, "out");
  if (role === "fe") return routed;
  const listed = world.askableFrontends.map((frontend) => ({
    phase: "isolate",
    where: `${frontend.id}>`,
    text: addToBlacklist(role, node.systemId),
    remark: "in this FE's memory; read back at once",
  }));
  return [...listed, ...routed, ...settingLines(node, step, "isolate")];
}

function routerLines(world: World, node: StarRocksNode, way: "out" | "in"): readonly CommandLine[] {
  const remark = way === "out" ? "no new connection; read back at once" : "once its own checks see it well; read back";
  return standingBefore(world, node.id).flatMap(({ router, server }) =>
    router.commandLines(server, way).map((line) => ({ ...line, phase: way === "out" ? "isolate" : "readmit", remark })),
  );
}

function settingLines(node: StarRocksNode, step: PlannedStep, phase: string): readonly CommandLine[] {
  if (!abilitiesOf(node.role, node.version).waitCanBeSet) return [];
  const settings = [
    [
      "loop_count_wait_fragments_finish",
      String(loopsFor(step.exitLimitMs)),
      "tens of seconds that it waits for its work",
    ],
    ["graceful_exit_wait_for_frontend_heartbeat", "true", "it waits until the FE was told"],
  ] as const;
  return settings.map(([name, value, remark]) => ({
    phase,
    where: at(node),
    text: `curl -X POST '${urlOf(node, `/api/update_config?${name}=${value}`)}'`,
    remark: `${remark}; gone with the process`,
  }));
}

function exitLines(world: World, node: StarRocksNode, step: PlannedStep): readonly CommandLine[] {
  const place = placeOf(world, node);
  const dir = place.ok ? place.value.dir : "<home>";
  const argv = stopCommand(node, dir, { how: step.exit, limitMs: step.exitLimitMs });
  const limit = step.exitLimitMs === null ? "as long as it takes" : `SIGKILL after ${step.exitLimitMs / 1000} s`;
  const remark = node.role === "fe" ? `our own connections to it are closed first; ${limit}` : limit;
  const isolated = step.phases.some(({ phase, skip }) => phase === "isolate" && skip === null);
  const settings = node.role === "fe" || isolated ? [] : settingLines(node, step, "exit");
  return [...settings, { phase: "exit", where: at(node), text: shellText(argv), remark }];
}

function forceLines(node: StarRocksNode): readonly CommandLine[] {
  const remark = "only at its limit or when a person forces it, once pid and start time are compared";
  return [{ phase: "force", where: at(node), text: "kill -9 <pid>", remark }];
}

function confirmLines(world: World, node: StarRocksNode): readonly CommandLine[] {
  const show = node.role === "fe" ? "SHOW FRONTENDS" : node.role === "be" ? "SHOW BACKENDS" : "SHOW COMPUTE NODES";
  const gone = node.role === "fe" ? "Alive=false" : "DISCONNECTED";
  const asked = world.askableFrontends.find((frontend) => frontend.id !== node.id);
  return [
    { phase: "confirm", where: `${asked?.id ?? "fe"}>`, text: show, remark: `until its row says ${gone}` },
    { phase: "confirm", where: at(node), text: "ps -p <pid> -o comm=,args=", remark: "until the process has ended" },
    {
      phase: "confirm",
      where: at(node),
      text: `curl '${urlOf(node, "/api/health")}'`,
      remark: "until its port is closed",
    },
  ];
}

function upgradeLines(
  world: World,
  artifacts: Pick<Artifacts, "folderOf">,
  node: StarRocksNode,
  version: string,
): readonly CommandLine[] {
  const place = placeOf(world, node);
  const { install } = world.config;
  if (!place.ok || install === undefined) return [];
  const { home, dir } = place.value;
  const line = (text: string, remark: string): CommandLine => ({ phase: "upgrade", where: at(node), text, remark });
  const verify = line(versionScript(node.role, dir), `must say ${version}`);
  switch (install.strategy) {
    case "swap": {
      const artifact = `${install.artifacts}/${artifacts.folderOf(version)}/${node.role}`;
      const parts = node.role === "fe" ? "lib bin spark-dpp" : "lib bin";
      const old = node.version ?? "previous";
      return [
        line(
          `cp -a ${artifact}/{${parts.replaceAll(" ", ",")}} ${home}/.sluice/stage/`,
          "then every file's sha256 is compared",
        ),
        line(
          `for d in ${parts}; do mv ${home}/$d ${home}/.sluice/kept/${old}/$d; mv ${home}/.sluice/stage/$d ${home}/$d; done`,
          "lib/udf and pid files are kept",
        ),
        verify,
      ];
    }
    case "symlink":
      return [
        line(
          `ln -sfn ${install.releases}/${artifacts.folderOf(version)}/${node.role} ${dir}`,
          "the link before is kept",
        ),
        verify,
      ];
    case "command": {
      const values: Readonly<Record<string, string>> = { version, node: node.id, role: node.role, home };
      const argv = install.argv.map((word) => word.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole));
      return [line(shellText(argv), "your own command"), verify];
    }
    case "manual":
      return [
        line(`# install ${version} in ${home} by hand`, "the console waits until the version script says so"),
        verify,
      ];
    default:
      return install satisfies never;
  }
}

function restartLines(world: World, node: StarRocksNode): readonly CommandLine[] {
  const place = placeOf(world, node);
  const dir = place.ok ? place.value.dir : "<home>";
  const text = `${dir}/bin/start_${node.role}.sh --daemon`;
  return [{ phase: "restart", where: at(node), text, remark: "until it is Alive with a new start time" }];
}

function readmitLines(world: World, node: StarRocksNode, isolated: boolean): readonly CommandLine[] {
  const { role } = node;
  if (!isolated) return [];
  const routed = routerLines(world, node, "in");
  if (role === "fe") return routed;
  const listed = world.askableFrontends.map((frontend) => ({
    phase: "readmit",
    where: `${frontend.id}>`,
    text: deleteFromBlacklist(role, node.systemId),
    remark: "read back at once",
  }));
  return [...listed, ...routed];
}
