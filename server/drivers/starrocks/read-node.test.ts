import { describe, expect, it } from "vitest";
import { isEmpty } from "#lib/cluster/observation.ts";
import { parseMetrics } from "../shared/metrics.ts";
import { backendHealth, backendWork, countersOf, frontendHealth, frontendWork } from "./read-node.ts";
import { recordedNode } from "./testing/nodes.ts";

const backend = recordedNode("192.0.2.11:9050");
const frontend = recordedNode("192.0.2.1:9010");

function metrics(text: string) {
  const names = new Set(text.split("\n").map((line) => line.split(/[{ ]/)[0] ?? ""));
  return parseMetrics(text, names);
}

describe("work of a backend", () => {
  const busy = metrics(`# TYPE starrocks_be_pip_query_ctx_cnt gauge
starrocks_be_pip_query_ctx_cnt 2
starrocks_be_plan_fragment_count 1
starrocks_be_streaming_load_current_processing 3
starrocks_be_transaction_streaming_load_current_processing 1
starrocks_be_routine_load_task_count 0`);

  it("queries and fragments are waited for; loads that it coordinates would be cut, and stand apart", () => {
    expect(backendWork(busy, null, 7)).toEqual({
      inFlight: [
        { kind: "queries", count: 2 },
        { kind: "other fragments", count: 1 },
      ],
      willBeCut: [
        { kind: "stream loads", count: 4 },
        { kind: "routine load tasks", count: 0 },
      ],
      notCollected: 0,
      asOfMs: 7,
    });
  });

  it("a count that is missing is not measurable, and never empty", () => {
    expect(isEmpty(backendWork(metrics("starrocks_be_plan_fragment_count 0"), null, 7))).toBe(false);
  });

  const finished = metrics("starrocks_be_pip_query_ctx_cnt 2\nstarrocks_be_plan_fragment_count 0");

  it("contexts without an instance on any FE are finished and not collected, and hold nothing up", () => {
    const work = backendWork(finished, 0, 7);
    expect(work.notCollected).toBe(2);
    expect(isEmpty(work)).toBe(true);
  });

  it("they count where an FE did not tell, and where one knows an instance", () => {
    expect(isEmpty(backendWork(finished, null, 7))).toBe(false);
    expect(isEmpty(backendWork(finished, 1, 7))).toBe(false);
  });
});

describe("an FE's own metrics", () => {
  const text = `starrocks_fe_query_total 11
starrocks_fe_query_internal_err 3
starrocks_fe_query_timeout 1
starrocks_fe_query_err 8
starrocks_fe_query_latency{type="99_quantile"} 35.0
starrocks_fe_connection_total{is_leader="true"} 3`;

  it("failures are the system's own, not people's typos", () => {
    expect(countersOf(frontend, metrics(text))).toEqual({
      requests: 11,
      failures: 4,
      p99Ms: 35,
      countsForCluster: true,
    });
  });

  it("a latency of 0 is that of an idle FE: none", () => {
    const idle = metrics('starrocks_fe_query_latency{type="99_quantile"} 0.0');
    expect(countersOf(frontend, idle).p99Ms).toBeNull();
  });

  it("our own connections are not its work, and labels of later versions change nothing", () => {
    expect(frontendWork(metrics(text), 2, 7).inFlight).toEqual([{ kind: "connections", count: 1 }]);
  });

  it("what a backend counts is no query of the cluster", () => {
    expect(countersOf(backend, metrics("starrocks_be_fragment_requests_total 9")).countsForCluster).toBe(false);
  });
});

describe("health", () => {
  const ok = { ok: true, status: 200, body: "" } as const;

  it("[S0-5] an FE in its graceful exit answers 500: exiting, and refusing", () => {
    const facts = frontendHealth(frontend, { ok: true, status: 500, body: "" }, 7);
    expect(facts).toMatchObject({ process: [{ value: "exiting" }], admission: [{ value: "refusing" }] });
    expect(frontendHealth(frontend, ok, 7)).toMatchObject({
      process: [{ value: "up" }],
      admission: [{ value: "accepting" }],
    });
  });

  it("a backend says OK until its end: that it is there, and nothing about admission", () => {
    expect(backendHealth(backend, ok, 7)).toMatchObject({ process: [{ value: "up" }], admission: [] });
  });

  it("a closed port says gone; silence says nothing", () => {
    const refused = { ok: false, kind: "refused", why: "connection refused" } as const;
    const silent = { ok: false, kind: "silent", why: "no answer in time" } as const;
    expect(backendHealth(backend, refused, 7).process).toMatchObject([{ value: "gone", witness: "node" }]);
    expect(backendHealth(backend, silent, 7)).toEqual({ process: [], admission: [] });
    expect(frontendHealth(frontend, silent, 7)).toEqual({ process: [], admission: [] });
  });
});
