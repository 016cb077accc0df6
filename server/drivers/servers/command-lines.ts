/** The preview: what will be sent, where, in which phase, as an operator would type it. */
import type { Hook, Phase, Plan, PlannedStep } from "#lib/run/plan.ts";
import type { CommandLine } from "#server/orchestrator/ports.ts";
import { redacted } from "../shared/redact.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { filled } from "./proc.ts";
import type { Server, ServersWorld } from "./world.ts";

export function commandLines(world: ServersWorld, plan: Plan, nodeId: string): readonly CommandLine[] {
  const step = plan.steps.find((candidate) => candidate.nodeId === nodeId);
  const server = world.server(nodeId);
  if (step === undefined || server === null) return [];
  const taken = (phase: Phase): boolean => step.phases.some((entry) => entry.phase === phase && entry.skip === null);
  const { before, after } = plan.policy.hooks;
  return [
    ...hookLines(server, "check", before),
    ...(taken("isolate") ? routeLines(server, "out") : []),
    ...(taken("exit") ? exitLines(world, server, step) : []),
    ...(taken("exit") ? server.owner.lines("kill") : []),
    ...(taken("upgrade") ? upgradeLines(world, server, plan.targetVersion ?? "") : []),
    ...(taken("restart") ? server.owner.lines("start") : []),
    ...(taken("isolate") && (taken("readmit") || plan.kind === "drain") ? routeLines(server, "in") : []),
    ...hookLines(server, "verify", after),
  ];
}

function hookLines({ node }: Server, phase: Phase, hook: Hook | null): readonly CommandLine[] {
  if (hook === null) return [];
  const when = phase === "check" ? "when every check holds" : "when it is verified";
  const remark = `your own command, ${when}; ended after ${hook.limitMs / 1000} s`;
  return [{ phase, where: `${node.id}$`, text: redacted(shellText(hook.argv)), remark }];
}

function routeLines({ routes }: Server, way: "out" | "in"): readonly CommandLine[] {
  const phase = way === "out" ? "isolate" : "readmit";
  const remark =
    way === "out" ? "no new work; read back at once" : "work again, once its own checks see it well; read back";
  return routes.flatMap(({ via, server }) => via.commandLines(server, way).map((line) => ({ phase, ...line, remark })));
}

function exitLines({ service }: ServersWorld, { node, owner }: Server, step: PlannedStep): readonly CommandLine[] {
  return service.exitLines?.(node, step) ?? owner.lines("stop");
}

function upgradeLines({ config }: ServersWorld, { node, place }: Server, version: string): readonly CommandLine[] {
  const { install } = config;
  const where = `${node.id}$`;
  switch (install?.strategy) {
    case "symlink": {
      const text = `ln -sfn ${install.releases}/${version} ${place.home}/${install.link}`;
      return [{ phase: "upgrade", where, text, remark: "the old release stays where it lies" }];
    }
    case "command": {
      const text = shellText(filled(install.argv, { version, node: node.id, home: place.home }));
      return [{ phase: "upgrade", where, text, remark: "your own command" }];
    }
    default:
      return [];
  }
}
