import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../shared/http.ts";
import { processConfig, type MetricsConfig } from "./config.ts";
import { createProcessService, healthOf, numbersOf } from "./service.ts";

const URL = "http://10.0.0.7:8080/health";
const { signal } = new AbortController();

function answered(status: number, body = ""): HttpAnswer {
  return { ok: true, status, body };
}

describe("health", () => {
  it("takes one status for 'send me work', and every other for 'send me none'; both show that it is there", () => {
    const ok = healthOf(URL, { status: 200 }, answered(200, "ok\n"));
    expect(ok).toMatchObject({ admission: { value: "accepting" }, process: { value: "up" }, word: "ok", remark: null });
    const leaving = healthOf(URL, { status: 200 }, answered(500, "not ok"));
    expect(leaving).toMatchObject({ admission: { value: "refusing" }, process: { value: "up" }, word: "not ok" });
    expect(healthOf(URL, { status: 204 }, answered(204))).toMatchObject({
      admission: { value: "accepting" },
      word: "204",
    });
  });

  it("takes a closed port for gone, and silence for nothing at all", () => {
    const closed = healthOf(URL, { status: 200 }, { ok: false, kind: "refused", why: "connection refused" });
    expect(closed).toMatchObject({ admission: { value: "refusing" }, process: { value: "gone" } });
    const silent = healthOf(URL, { status: 200 }, { ok: false, kind: "silent", why: "no answer in time" });
    expect(silent).toMatchObject({ admission: null, process: null, remark: `GET ${URL}: no answer in time` });
  });
});

const METRICS: MetricsConfig = {
  path: "/metrics",
  inFlight: { requests: "in_flight", jobs: 'jobs{state="running"}' },
  willBeCut: {},
  requests: "requests_total",
  failures: 'requests_total{code="500"}',
  p99S: 'latency_seconds{quantile="0.99"}',
  version: { metric: "build_info", label: "version" },
};
const TEXT = `# HELP in_flight now
in_flight 3
jobs{state="running",queue="a"} 1
jobs{state="queued",queue="a"} 9
jobs{state="running",queue="b {night} 7"} 2
requests_total{code="200"} 100
requests_total{code="404"} 5 1763763600000
latency_seconds{quantile="0.5"} 0.01
latency_seconds{quantile="0.99"} 0.25
build_info{version="1.2.3"} 1
`;

describe("numbers", () => {
  it("are the sums of what has these labels; a total that never had them stands at 0", () => {
    const numbers = numbersOf(METRICS, answered(200, TEXT));
    expect(numbers.work?.inFlight).toEqual([
      { kind: "requests", count: 3 },
      { kind: "jobs", count: 3 },
    ]);
    expect(numbers.counters).toEqual({ requests: 105, failures: 0, p99Ms: 250 });
    expect(numbers.version).toBe("1.2.3");
  });

  it("are not known, and never 0, where nobody tells them", () => {
    const silent: HttpAnswer = { ok: false, kind: "silent", why: "late" };
    for (const answer of [silent, answered(500, TEXT), answered(200, "other 1\n")]) {
      const numbers = numbersOf(METRICS, answer);
      expect(numbers.work?.inFlight.map(({ count }) => count)).toEqual([null, null]);
      expect(numbers.counters).toEqual({ requests: null, failures: null, p99Ms: null });
      expect(numbers.version).toBeNull();
    }
    expect(numbersOf(null, null)).toEqual({ work: null, counters: null, version: null });
  });
});

const SECTION = {
  id: "shop",
  name: "Shop",
  system: "process",
  hosts: [{ name: "a", kind: "local" }],
  health: { port: 9000, path: "/ready" },
  nodes: [
    {
      name: "app-1",
      address: "10.0.0.7:8080",
      host: "a",
      home: "/srv/1",
      owner: { kind: "systemd", unit: "shop.service" },
    },
  ],
};

function wrongWith(change: Readonly<Record<string, unknown>>): readonly string[] {
  const parsed = processConfig.safeParse({ ...SECTION, ...change });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a section", () => {
  it("is asked where it says", async () => {
    const asked: string[] = [];
    const service = createProcessService(processConfig.parse(SECTION), async (url) => {
      asked.push(url);
      return await Promise.resolve(answered(200, "ok"));
    });
    const node = {
      id: "app-1",
      address: "10.0.0.7:8080",
      host: "10.0.0.7",
      port: 8080,
      pool: "all",
      machine: "a",
      home: "/srv/1",
    };
    expect(await service.look(node, false, signal)).toMatchObject({ word: "ok", work: null });
    expect(asked).toEqual(["http://10.0.0.7:9000/ready"]);
  });

  it("says which part does not fit, and what to write instead", () => {
    const [node] = SECTION.nodes;
    expect(wrongWith({})).toEqual([]);
    expect(wrongWith({ nodes: [{ ...node, host: "b" }] })).toEqual([
      'nodes.0.host: There is no host "b". Add it under hosts:, or use one of: a.',
    ]);
    expect(wrongWith({ nodes: [node, { ...node, name: "app-2" }] })).toEqual([
      "nodes.1.home: app-1 lies there already. Give every node a home of its own.",
    ]);
    expect(wrongWith({ nodes: [node, { ...node, home: "/srv/2" }] })).toEqual([
      "nodes.1.name: There is a node app-1 already. Give every node a name of its own.",
    ]);
    const router = { name: "front", kind: "haproxy", socket: "/run/h.sock", servers: { "app-9": "web/app-9" } };
    expect(wrongWith({ routers: [router] })).toEqual([
      'routers.0.servers.app-9: There is no node "app-9". Use one of: app-1.',
    ]);
    const unfound = { kind: "signal", start: ["/srv/1/start"] };
    expect(wrongWith({ nodes: [{ ...node, owner: unfound }] })).toEqual([
      "nodes.0.owner: Its process cannot be found. Give either pidFile or match.",
    ]);
    expect(wrongWith({ metrics: { requests: "two words" } })[0]).toMatch(/^metrics\.requests: Not a metric/);
  });
});
