/** Where things are in the API. Names come from the configuration or from the server; both are written as parts of a path. */
const part = encodeURIComponent;

export function inNamespace(group: "core" | "apps" | "policy" | "discovery" | "starrocks", namespace: string): string {
  return `${GROUPS[group]}/namespaces/${part(namespace)}`;
}

const GROUPS = {
  core: "/api/v1",
  apps: "/apis/apps/v1",
  policy: "/apis/policy/v1",
  discovery: "/apis/discovery.k8s.io/v1",
  starrocks: "/apis/starrocks.com/v1",
} as const;

export function podPath(namespace: string, name: string): string {
  return `${inNamespace("core", namespace)}/pods/${part(name)}`;
}

export function setPath(namespace: string, name: string): string {
  return `${inNamespace("apps", namespace)}/statefulsets/${part(name)}`;
}

export function deploymentPath(namespace: string, name: string): string {
  return `${inNamespace("apps", namespace)}/deployments/${part(name)}`;
}

export function starRocksPath(namespace: string, name: string): string {
  return `${inNamespace("starrocks", namespace)}/starrocksclusters/${part(name)}`;
}

export function selected(path: string, labels: Readonly<Record<string, string>>): string {
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return `${path}?labelSelector=${part(selector)}`;
}
