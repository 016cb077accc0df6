import { describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import { stepOf } from "./plan.ts";
import type { Container } from "./resources.ts";
import { specChecks } from "./spec-checks.ts";
import { aReading, nodeOf } from "./testing/recorded.ts";
import { aRequest } from "./testing/open.ts";

function checkOf(id: string, change: Partial<Container> = {}, graceS = 30): Check | undefined {
  const { set } = aReading();
  const { spec } = set.spec.template;
  const containers = spec.containers.map((one) => ({ ...one, ...change }));
  const changed = { ...spec, terminationGracePeriodSeconds: graceS, containers };
  const node = nodeOf("be-1", {
    set: { ...set, spec: { ...set.spec, template: { ...set.spec.template, spec: changed } } },
  });
  const step = { ...stepOf(node, aRequest()), exitLimitMs: graceS * 1000 };
  return specChecks(step, node).find((one) => one.id === id);
}

const probe = { initialDelaySeconds: 0, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 };

describe("what a template says of how its pods leave", () => {
  it("[S4-12] liveness has to be slower than readiness: 3 x 10 s against 2 x 2 s is right", () => {
    expect(checkOf("liveness")).toMatchObject({ verdict: "pass", evidence: "liveness 3 x 10 s = 30 s, readiness 4 s" });
    expect(checkOf("liveness", { livenessProbe: probe })).toMatchObject({ verdict: "fail", severity: "needsReason" });
  });

  it("[S4-11] the routers' wait and the preStop have to end before the grace does", () => {
    expect(checkOf("exit-times")).toMatchObject({ verdict: "pass" });
    expect(checkOf("exit-times", {}, 4)).toMatchObject({ verdict: "fail" });
    const lifecycle = { preStop: { sleep: { seconds: 30 } } };
    expect(checkOf("exit-times", { lifecycle })).toMatchObject({
      verdict: "fail",
      remedy: expect.stringMatching(/\w/),
    });
  });

  it.each([
    [["npm", "start"], "fail"],
    [["/usr/local/bin/yarn", "start"], "fail"],
    [["sh", "-c", "node src"], "fail"],
    [["sh", "-c", "exec node src"], "pass"],
    [["sh", "-c", "sleep 1 && exec node src"], "pass"],
    [["node", "src"], "pass"],
    [["dumb-init", "npm", "start"], "pass"],
    [["tini", "--", "node", "src"], "pass"],
    [[], "unknown"],
  ])("[S4-17] whether %j hears the signal: %s", (command, verdict) => {
    expect(checkOf("signal-heard", { command })?.verdict).toBe(verdict);
  });
});
