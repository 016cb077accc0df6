/** The page's example and the manifest beside it, with an account that has these rights and no others. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Check } from "#lib/run/check.ts";
import { systemClock } from "#server/clock.ts";
import { clusterConfig } from "#server/compose.ts";
import { testKubernetesConnection } from "./connection-test.ts";
import { createKubernetesDriver } from "./driver.ts";
import { aRequest, SIGNAL } from "./testing/open.ts";
import { aNamespace, api, makeService, makeSet, must, RIG, SERVER } from "./testing/rig.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "kubernetes-rights-"));
const path = join(folder, "kubeconfig");
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let namespace: string;
let config: Extract<z.infer<typeof clusterConfig>, { readonly system: "kubernetes" }>;

beforeAll(async () => {
  namespace = await aNamespace();
  await makeSet(namespace, "web", { replicas: 2 });
  await makeFront();
  await must("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "sluice" },
  });
  const asked = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
  const answer = await must("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/sluice/token`, asked);
  const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(answer).status;
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "rig", cluster: { server: SERVER, "certificate-authority": join(RIG, "pki/ca.crt") } }],
      users: [{ name: "sluice", user: { token } }],
      contexts: [{ name: "shop", context: { cluster: "rig", user: "sluice" } }],
    }),
  );
  const page = readFileSync(join(root, "docs/systems/kubernetes.md"), "utf8");
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const file = z.object({ clusters: z.tuple([z.looseObject({})]) }).parse(parse(example));
  const read = clusterConfig.parse(file.clusters[0]);
  if (read.system !== "kubernetes") throw new Error("the example is of another system");
  config = { ...read, namespace, access: { by: "kubeconfig", path, context: "shop" } };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("without a role nothing can be read, and the sentence says what to do", async () => {
  const report = await testKubernetesConnection(config, { clock: systemClock, log, sent: () => undefined }, SIGNAL);
  expect(report.cluster).toBeNull();
  expect(report.findings[0]).toMatchObject({ verdict: "fail", evidence: expect.stringContaining("403") });
});

it("with the manifest's rights the page's example is read, planned, and lacks none", async () => {
  const text = readFileSync(join(root, "deploy/kubernetes-role.yaml"), "utf8");
  for (const document of parseAllDocuments(text)) await apply(document.toJS());
  const driver = createKubernetesDriver(config, { clock: systemClock, log, sent: () => undefined });
  // The rights of an account are known everywhere a moment after they were given.
  await expect.poll(async () => (await driver.readCluster(SIGNAL)).ok).toBe(true);
  const plan = await driver.plan(aRequest({ nodeIds: ["web-0", "web-1"] }), SIGNAL);
  if (!plan.ok) throw new Error(plan.why);
  expect(plan.value.steps[0]?.phases.filter(({ skip }) => skip !== null)).toEqual([]);
  const rights = (await driver.preflight(plan.value, SIGNAL)).filter(({ id }) => id.startsWith("right-"));
  expect(rights.length).toBeGreaterThan(10);
  expect(lacking(rights)).toEqual([]);
  // Nobody answers behind the rig's pods: that is not 0.
  expect((await driver.readNode("web-0", false, SIGNAL)).work?.inFlight).toEqual([{ kind: "requests", count: null }]);
  await driver.close();
});

it("a right that is taken away is a row that fails, with what to add", async () => {
  const role = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/sluice`;
  const rules = [
    { apiGroups: ["", "apps", "discovery.k8s.io", "policy"], resources: ["*"], verbs: ["get", "list", "watch"] },
  ];
  await must("PATCH", role, { rules });
  const driver = createKubernetesDriver(config, { clock: systemClock, log, sent: () => undefined });
  const plan = await driver.plan(aRequest({ nodeIds: ["web-0"] }), SIGNAL);
  if (!plan.ok) throw new Error(plan.why);
  const expected = [
    "right-create-pods/eviction",
    "right-delete-pods",
    "right-patch-pods/status",
    "right-patch-statefulsets.apps",
  ];
  await expect
    .poll(async () => lacking(await driver.preflight(plan.value, SIGNAL)).filter((id) => id.startsWith("right-")))
    .toEqual(expected);
  const refused = await driver.install("an-id", "web-0", "1.1.0", SIGNAL);
  expect(refused).toMatchObject({ outcome: "refused", reason: expect.stringContaining("deploy/kubernetes-role.yaml") });
  await driver.close();
});

function lacking(checks: readonly Check[]): readonly string[] {
  return checks
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ id }) => id)
    .sort();
}

const KINDS = {
  Role: "roles",
  RoleBinding: "rolebindings",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
};
const manifest = z.looseObject({
  kind: z.enum(["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** As `kubectl apply`, in the namespace of the test. */
async function apply(document: unknown): Promise<void> {
  const own: unknown = JSON.parse(
    JSON.stringify(document).replaceAll('"namespace":"shop"', `"namespace":"${namespace}"`),
  );
  const { kind, metadata } = manifest.parse(own);
  const base = "/apis/rbac.authorization.k8s.io/v1";
  const where = metadata.namespace === undefined ? base : `${base}/namespaces/${namespace}`;
  const { code } = await api("POST", `${where}/${KINDS[kind]}`, own);
  expect([201, 409]).toContain(code);
}

async function makeFront(): Promise<void> {
  await must("POST", `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "front" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "front" } },
      template: {
        metadata: { labels: { app: "front" } },
        spec: { containers: [{ name: "app", image: "registry.example/front:1.0.0" }] },
      },
    },
  });
  await makeService(namespace, "front");
}
