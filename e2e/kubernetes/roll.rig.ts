import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { RunView } from "#lib/wire/views.ts";
import { versionOf } from "#server/drivers/kubernetes/resources.ts";
import { aNamespace, isReady, kubeconfigPath, makeSet, podsOf } from "#server/drivers/kubernetes/testing/rig.ts";
import { type ConsoleProcess, startConsole } from "../console-process.ts";
import { choose, openPlan, plannedOrder, setNumber, startPlan, verdict } from "../console.ts";
import { OPERATOR } from "../world.ts";
import { recordPods } from "./record.ts";

const NODES = ["web-4", "web-3", "web-2", "web-1", "web-0"];

let running: ConsoleProcess;
let namespace: string;
const data = mkdtempSync(join(tmpdir(), "kubernetes-console-"));

test.beforeAll(async () => {
  namespace = await aNamespace();
  await makeSet(namespace, "web", { replicas: 5, budget: true });
  const workloads = [{ kind: "StatefulSet", name: "web", versions: ["1.0.0", "1.1.0"] }];
  const access = { by: "kubeconfig", path: kubeconfigPath() };
  const clusters = [{ id: "shop", name: "Shop", system: "kubernetes", access, namespace, workloads }];
  const configPath = join(data, "console.yaml");
  // JSON is YAML.
  writeFileSync(configPath, JSON.stringify({ console: { listen: "127.0.0.1:0", data: "./console" }, clusters }));
  running = await startConsole(configPath, OPERATOR);
});
test.afterAll(async () => {
  await running.stop();
  rmSync(data, { recursive: true, force: true });
});

test("An operator rolls a StatefulSet of five within a budget of one, a pod out at a time by the API's own record", async ({
  page,
}) => {
  await page.goto(running.loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shop" })).toBeVisible();
  await openPlan(page, "1.1.0");
  await expect.poll(async () => (await plannedOrder(page)).length).toBe(NODES.length);
  expect((await plannedOrder(page)).map((text) => text.trim().split(/\s/)[0])).toEqual(NODES);
  await choose(page, "Approval", "None");
  await setNumber(page, "Verify soak", 1);
  await choose(page, "Without traffic", "Accept on readiness");

  const record = await recordPods(namespace, "web");
  const before = new Set((await podsOf(namespace, "web")).map(({ metadata }) => metadata.uid));
  const runId = await startPlan(page, "Shop");
  await expect(verdict(page)).toContainText(/^Finished/, { timeout: 100_000 });
  record.stop();

  expect(record.kept()).toEqual({ fewestReady: 4, deleted: NODES });
  const after = await podsOf(namespace, "web");
  expect(after.every(isReady)).toBe(true);
  expect(after.filter(({ metadata }) => before.has(metadata.uid))).toEqual([]);
  expect(new Set(after.map(({ spec }) => versionOf(spec.containers[0]?.image ?? "")))).toEqual(new Set(["1.1.0"]));
  const view: RunView = await (await page.request.get(`${running.url}/api/runs/${encodeURIComponent(runId)}`)).json();
  const began = view.events.flatMap(({ event }) =>
    event.type === "PhaseBegan" && event.nodeId === "web-3" ? [event.phase] : [],
  );
  expect(began).toEqual(["gate", "check", "upgrade", "isolate", "exit", "confirm", "restart", "readmit", "verify"]);
});
