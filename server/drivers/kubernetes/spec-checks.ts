/** What a template says of how its pods leave: times that have to nest, and who hears the signal. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { ask, fails, passes, unknown } from "./check-parts.ts";
import { containerOf, type PodNode } from "./nodes.ts";
import type { Container } from "./resources.ts";

export function specChecks(step: PlannedStep, node: PodNode): readonly Check[] {
  const spec = node.of.set.spec.template.spec;
  const container = containerOf(spec, node.of.config.container);
  if (container === null) return [];
  const grace = spec.terminationGracePeriodSeconds;
  return [
    detection(step, node, container, grace),
    liveness(node, container),
    preStop(step, node, container),
    firstProcess(node, container),
  ];
}

/** How long a router may go on sending work to a pod that refuses it: S4's 2 x 2 s. */
export function detectionS({ readinessProbe }: Container): number | null {
  return readinessProbe === undefined ? null : readinessProbe.failureThreshold * readinessProbe.periodSeconds;
}

function detection(step: PlannedStep, node: PodNode, container: Container, graceS: number): Check {
  const question = ask("exit-times", node.id, "The times of its exit nest", "needsReason");
  const waitS = detectionS(container) ?? 0;
  const sleepS = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const limitS = step.exitLimitMs === null ? graceS : step.exitLimitMs / 1000;
  const words = `not ready after ${waitS} s, preStop ${sleepS} s, killed ${limitS} s after its deletion (grace of the template ${graceS} s)`;
  if (Math.max(waitS, sleepS) < limitS) return passes(question, words);
  return fails(
    question,
    words,
    "Raise terminationGracePeriodSeconds, or shorten the probe or the preStop: nothing is left for its work.",
  );
}

function liveness(node: PodNode, container: Container): Check {
  const question = ask("liveness", node.id, "Its liveness probe is slower than its readiness", "needsReason");
  const probe = container.livenessProbe;
  if (probe === undefined) return passes(question, "it has no liveness probe");
  const aliveS = probe.failureThreshold * probe.periodSeconds;
  const readyS = detectionS(container);
  const words = `liveness ${probe.failureThreshold} x ${probe.periodSeconds} s = ${aliveS} s, readiness ${readyS === null ? "none" : `${readyS} s`}`;
  if (readyS === null || aliveS > readyS) return passes(question, words);
  return fails(
    question,
    words,
    "Make it slower than readiness: a pod that only stopped taking work would be killed and started again.",
  );
}

/** Routers learn a moment later: whoever refuses at once refuses what was sent in between. */
function preStop(step: PlannedStep, node: PodNode, container: Container): Check {
  const question = ask("routing-wait", node.id, "Routers have heard of its exit before it refuses work", "note");
  const isolates = step.phases.some(({ phase, skip }) => phase === "isolate" && skip === null);
  if (isolates) return passes(question, "it is off its Services before it is told to leave");
  if (container.lifecycle?.preStop !== undefined) return passes(question, "it has a preStop");
  return unknown(
    question,
    "no readiness gate and no preStop",
    `Give it lifecycle.preStop.sleep, or the readiness gate ${node.of.config.readinessGate}.`,
  );
}

const SHELLS = new Set(["sh", "bash", "ash", "dash"]);
const RUNNERS = new Set(["npm", "npx", "yarn", "pnpm"]);

/** Process 1 gets the signal, and has to hand it on: npm and a shell do not. */
function firstProcess(node: PodNode, { command, args }: Container): Check {
  const question = ask("signal-heard", node.id, "Its first process hears the signal", "needsReason");
  if (command.length === 0) {
    return unknown(
      { ...question, severity: "note" },
      "the image's own entry point runs, which is not told here",
      "See that it is not npm or a shell.",
    );
  }
  const words = [...command, ...args];
  const [first = ""] = words;
  const name = first.slice(first.lastIndexOf("/") + 1);
  const shown = words.join(" ");
  const remedy = "Run the program itself, as in [node, src], or put dumb-init or tini before it.";
  if (RUNNERS.has(name)) return fails(question, `${shown}: ${name} does not hand the signal on`, remedy);
  const script = words[words.indexOf("-c") + 1] ?? "";
  if (SHELLS.has(name) && words.includes("-c") && !/(^|[;&|]\s*)exec\s/.test(script)) {
    return fails(
      question,
      `${shown}: the shell keeps the signal to itself`,
      `${remedy} Or begin its last command with exec.`,
    );
  }
  return passes(question, shown);
}
