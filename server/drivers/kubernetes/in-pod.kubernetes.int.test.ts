/** The account of the console's own pod: what is mounted into it, with a token that is exchanged and one that is taken away. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { systemClock } from "#server/clock.ts";
import { kubernetesConfig } from "./config.ts";
import { createKubernetesDriver } from "./driver.ts";
import { SIGNAL } from "./testing/open.ts";
import { aNamespace, makeSet, must, RIG, SERVER, until } from "./testing/rig.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const requested = z.object({ status: z.object({ token: z.string() }) });

it("reads by the mounted token, says when it is not known any more, and goes on by the next one without a restart", async () => {
  const namespace = await aNamespace();
  await makeSet(namespace, "web", { replicas: 1, gate: false });
  await makeAccount(namespace);
  const account = mkdtempSync(join(tmpdir(), "account-"));
  copyFileSync(join(RIG, "pki/ca.crt"), join(account, "ca.crt"));
  writeFileSync(join(account, "token"), `${await tokenBoundTo(namespace, "first")}\n`);
  const { hostname: host, port } = new URL(SERVER);
  const config = kubernetesConfig.parse({
    id: "rig",
    name: "Rig",
    system: "kubernetes",
    access: { by: "inCluster" },
    namespace,
    workloads: [{ kind: "StatefulSet", name: "web" }],
  });
  const parts = { clock: systemClock, log, sent: () => undefined, ownPod: { account, host, port } };
  const driver = createKubernetesDriver(config, parts);
  const read = async (): Promise<string> => {
    const reading = await driver.readCluster(SIGNAL);
    return reading.ok ? reading.value.nodes.map(({ id }) => id).join() : reading.why;
  };
  try {
    expect(await read()).toBe("web-0");
    // With what it is bound to, a token goes; the API server remembers it for some seconds.
    await must("DELETE", `/api/v1/namespaces/${namespace}/secrets/first`);
    await until(async () => (await read()) !== "web-0");
    expect(await read()).toContain("the API server does not know the account (401)");
    writeFileSync(join(account, "token"), `${await tokenBoundTo(namespace, "second")}\n`);
    expect(await read()).toBe("web-0");
  } finally {
    await driver.close();
    rmSync(account, { recursive: true, force: true });
  }
});

async function makeAccount(namespace: string): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const metadata = { name: "sluice" };
  await must("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata });
  await must("POST", `${rbac}/roles`, {
    metadata,
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }],
  });
  await must("POST", `${rbac}/rolebindings`, {
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "sluice" },
    subjects: [{ kind: "ServiceAccount", name: "sluice", namespace }],
  });
}

async function tokenBoundTo(namespace: string, secret: string): Promise<string> {
  const made = z
    .object({ metadata: z.object({ uid: z.string() }) })
    .parse(await must("POST", `/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: secret } }));
  const boundObjectRef = { kind: "Secret", apiVersion: "v1", name: secret, uid: made.metadata.uid };
  const answer = await must("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/sluice/token`, {
    spec: { expirationSeconds: 600, boundObjectRef },
  });
  return requested.parse(answer).status.token;
}
