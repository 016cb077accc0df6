/** The rig's control plane as a test uses it: beside the driver, with a connection of its own. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { invariant } from "#lib/util/invariant.ts";
import { pod, listOf, type Pod } from "../resources.ts";

export const RIG = process.env["RIG"] ?? "";
export const SERVER = "https://127.0.0.1:16443";

export function kubeconfigPath(): string {
  return join(RIG, "kubeconfig");
}

export type Answer = { readonly code: number; readonly body: unknown };

const TYPES = {
  POST: "application/json",
  PATCH: "application/merge-patch+json",
  STRATEGIC: "application/strategic-merge-patch+json",
};

export async function api(
  method: "GET" | "POST" | "PATCH" | "STRATEGIC" | "DELETE",
  path: string,
  body: unknown = null,
  token: string = readFileSync(join(RIG, "token"), "utf8").trim(),
): Promise<Answer> {
  const ca = readFileSync(join(RIG, "pki/ca.crt"));
  const type = method === "GET" || method === "DELETE" ? TYPES.POST : TYPES[method];
  const headers = { authorization: `Bearer ${token}`, "content-type": type };
  return await new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, SERVER),
      { method: method === "STRATEGIC" ? "PATCH" : method, headers, ca, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => {
          resolve({ code: answer.statusCode ?? 0, body: jsonOr(text) });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body === null ? undefined : JSON.stringify(body));
  });
}

/** Of a path that does not exist it says so in plain words. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function must(...ask: Parameters<typeof api>): Promise<unknown> {
  const { code, body } = await api(...ask);
  invariant(code >= 200 && code < 300, `${ask[0]} ${ask[1]}: ${code} ${JSON.stringify(body)}`);
  return body;
}

/** The test's own time-out ends a wait that does not. */
export async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await wait(100);
}

export type SetWish = {
  readonly replicas?: number;
  readonly image?: string;
  readonly gate?: boolean;
  readonly strategy?: "OnDelete" | "RollingUpdate";
  readonly budget?: boolean;
  /** As the rig's kubelets read them: how long it takes to leave, to start. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly graceS?: number;
  readonly container?: Readonly<Record<string, unknown>>;
};

export const GATE = "sluice.dev/in-service";
const IMAGE = "registry.example/app:1.0.0";

/** A StatefulSet with its Service, every gate opened, every pod ready and routed. */
export async function makeSet(namespace: string, name: string, wish: SetWish = {}): Promise<void> {
  const { replicas = 3, image = IMAGE, gate = true, strategy = "OnDelete", budget = false, graceS = 30 } = wish;
  const labels = { app: name };
  await must("POST", `/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name },
    spec: {
      serviceName: name,
      replicas,
      podManagementPolicy: "Parallel",
      updateStrategy: { type: strategy },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: wish.annotations ?? {} },
        spec: {
          terminationGracePeriodSeconds: graceS,
          ...(gate ? { readinessGates: [{ conditionType: GATE }] } : {}),
          containers: [{ name: "app", image, ...wish.container }],
        },
      },
    },
  });
  await makeService(namespace, name);
  if (budget) await makeBudget(namespace, name, 1);
  await until(async () => (await podsOf(namespace, name)).filter(isStarted).length === replicas);
  if (gate) for (const { metadata } of await podsOf(namespace, name)) await setGate(namespace, metadata.name, "True");
  await until(async () => (await podsOf(namespace, name)).filter(isReady).length === replicas);
  await untilRouted(namespace, name, replicas);
}

export async function makeService(namespace: string, name: string): Promise<void> {
  await must("POST", `/api/v1/namespaces/${namespace}/services`, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  });
}

export async function makeBudget(namespace: string, name: string, maxUnavailable: number): Promise<void> {
  await must("POST", `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { maxUnavailable, selector: { matchLabels: { app: name } } },
  });
}

async function untilRouted(namespace: string, name: string, replicas: number): Promise<void> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`;
  await until(async () => (JSON.stringify(await must("GET", path)).match(/"ready":true/g) ?? []).length === replicas);
}

export async function setGate(namespace: string, name: string, status: "True" | "False"): Promise<void> {
  const body = { status: { conditions: [{ type: GATE, status }] } };
  await must("STRATEGIC", `/api/v1/namespaces/${namespace}/pods/${name}/status`, body);
}

export async function podsOf(namespace: string, app: string): Promise<readonly Pod[]> {
  const list = await must("GET", `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  return listOf(pod).parse(list).items;
}

function isStarted({ status }: Pod): boolean {
  return status.conditions.some(({ type }) => type === "ContainersReady");
}

export function isReady({ status, metadata }: Pod): boolean {
  return (
    metadata.deletionTimestamp == null &&
    status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True")
  );
}

let made = 0;

/** One of its own for each test, so that what one leaves behind is nothing to the next. */
export async function aNamespace(): Promise<string> {
  const name = `test-${process.pid}-${(made += 1)}`;
  await must("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await until(async () => (await api("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`)).code === 200);
  return name;
}
