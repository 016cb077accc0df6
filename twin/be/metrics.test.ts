import { describe, expect, it } from "vitest";
import { coreText, jsonText, type Metric, prometheusText } from "./metrics.ts";

const gauge: Metric = { name: "pip_query_ctx_cnt", type: "gauge", unit: "nounit", labels: {}, value: 2 };
const requests = (status: string, value: number): Metric => ({
  name: "engine_requests_total",
  type: "counter",
  unit: "requests",
  labels: { status, type: "clone" },
  value,
});

describe("a backend's /metrics", () => {
  it("has a TYPE once a name, no HELP, and labels joined by a bare comma", () => {
    expect(prometheusText([gauge, requests("total", 3), requests("failed", 0)])).toBe(
      [
        "# TYPE starrocks_be_pip_query_ctx_cnt gauge",
        "starrocks_be_pip_query_ctx_cnt 2",
        "# TYPE starrocks_be_engine_requests_total counter",
        'starrocks_be_engine_requests_total{status="total",type="clone"} 3',
        'starrocks_be_engine_requests_total{status="failed",type="clone"} 0',
        "",
      ].join("\n"),
    );
  });

  it("lacks the prefix as JSON, and is three words a line as core", () => {
    expect(JSON.parse(jsonText([gauge]))).toEqual([
      { tags: { metric: "pip_query_ctx_cnt" }, unit: "nounit", value: 2 },
    ]);
    expect(coreText([gauge, { ...gauge, name: "process_fd_num_used", value: 43 }])).toBe(
      "starrocks_be_process_fd_num_used LONG 43\n",
    );
  });
});
