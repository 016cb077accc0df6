/** A plain backend process: its health by HTTP, its work and totals by Prometheus text. */
import type { WorkCount } from "#lib/cluster/observation.ts";
import { ask, type Ask, type HttpAnswer } from "../shared/http.ts";
import { parseMetrics, type Metrics } from "../shared/metrics.ts";
import type { ServerNode } from "../servers/server-node.ts";
import type { Service, ServiceLook } from "../servers/service.ts";
import type { HealthConfig, MetricsConfig, ProcessConfig } from "./config.ts";

export function createProcessService(config: ProcessConfig, askHttp: Ask = ask): Service {
  const nodes = new Map(config.nodes.map((node) => [node.name, node]));
  return {
    system: "process",
    name: "Processes",
    work: config.work,
    ...(tellsRequests(config) ? { counters: "the servers" } : {}),
    look: async (node, _close, signal) => {
      const own = nodes.get(node.id);
      const health = own?.health ?? config.health;
      const metrics = own?.metrics ?? config.metrics ?? null;
      const url = urlOf(node, health.port, health.path);
      const options = { method: "GET", timeoutMs: health.limitMs, signal } as const;
      const [answer, told] = await Promise.all([
        askHttp(url, options),
        metrics === null ? null : askHttp(urlOf(node, metrics.port, metrics.path), options),
      ]);
      return { ...healthOf(url, health, answer), ...numbersOf(metrics, told) };
    },
    close: async () => await Promise.resolve(),
  };
}

function tellsRequests({ metrics, nodes }: ProcessConfig): boolean {
  return nodes.every((node) => (node.metrics ?? metrics)?.requests !== undefined);
}

function urlOf({ host, port }: ServerNode, other: number | undefined, path: string): string {
  return `http://${host}:${other ?? port}${path}`;
}

type Health = Pick<ServiceLook, "admission" | "process" | "word" | "remark" | "startedAtMs" | "memoryPct">;

/** Any answer shows that it is there; only the expected one that it takes work. A closed port takes none. */
export function healthOf(url: string, { status }: Pick<HealthConfig, "status">, answer: HttpAnswer): Health {
  const nothing = { admission: null, process: null, word: null, remark: null, startedAtMs: null, memoryPct: null };
  if (!answer.ok) {
    const said = `GET ${url}: ${answer.why}`;
    if (answer.kind === "silent") return { ...nothing, remark: said };
    return { ...nothing, admission: { value: "refusing", said }, process: { value: "gone", said } };
  }
  const body = answer.body.trim().split("\n")[0]?.slice(0, 80) ?? "";
  const said = `GET ${url}: ${answer.status}${body === "" ? "" : ` "${body}"`}`;
  const accepts = answer.status === status;
  return {
    ...nothing,
    admission: { value: accepts ? "accepting" : "refusing", said },
    process: { value: "up", said },
    word: body !== "" && body.length <= 24 ? body : String(answer.status),
    remark: accepts ? null : `${said}, expected ${status}`,
  };
}

type Numbers = Pick<ServiceLook, "work" | "counters" | "version">;

export function numbersOf(config: MetricsConfig | null, answer: HttpAnswer | null): Numbers {
  if (config === null || answer === null) return { work: null, counters: null, version: null };
  const { inFlight, willBeCut, requests, failures, p99S, version } = config;
  const all = [requests, failures, p99S, version?.metric, ...Object.values(inFlight), ...Object.values(willBeCut)];
  const wanted = new Set(all.flatMap((each) => (each === undefined ? [] : [parseSelector(each).name])));
  const metrics = answer.ok && answer.status === 200 ? parseMetrics(answer.body, wanted) : null;
  const counted = Object.keys(inFlight).length + Object.keys(willBeCut).length > 0;
  const value = (each: string | undefined): number | null =>
    each === undefined || metrics === null ? null : sumOf(metrics, each);
  const counts = (of: Readonly<Record<string, string>>): readonly WorkCount[] =>
    Object.entries(of).map(([kind, each]) => ({ kind, count: value(each) }));
  const p99 = value(p99S);
  return {
    work: counted ? { inFlight: counts(inFlight), willBeCut: counts(willBeCut) } : null,
    counters:
      requests === undefined && failures === undefined
        ? null
        : { requests: value(requests), failures: value(failures), p99Ms: p99 === null ? null : p99 * 1000 },
    version: version === undefined || metrics === null ? null : labelOf(metrics, version.metric, version.label),
  };
}

type Selector = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

export function parseSelector(text: string): Selector {
  const brace = text.indexOf("{");
  if (brace < 0) return { name: text, labels: {} };
  const labels = [...text.slice(brace).matchAll(/(\w+)\s*=\s*"([^"]*)"/g)].map(([, key = "", value = ""]) => [
    key,
    value,
  ]);
  return { name: text.slice(0, brace), labels: Object.fromEntries(labels) };
}

function samplesOf(metrics: Metrics, text: string): ReturnType<Metrics["get"]> {
  const { name, labels } = parseSelector(text);
  const all = metrics.get(name);
  return all?.filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value));
}

/** Null: nobody tells such a metric. One that is told, and never had these labels, stands at 0. */
function sumOf(metrics: Metrics, text: string): number | null {
  return samplesOf(metrics, text)?.reduce((sum, { value }) => sum + value, 0) ?? null;
}

function labelOf(metrics: Metrics, text: string, label: string): string | null {
  return samplesOf(metrics, text)?.[0]?.labels[label] ?? null;
}
