import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { countsOf as channelzCounts, type ChannelzServer } from "./channelz.ts";
import { healthOf } from "./health.ts";
import { countsOf as prometheusCounts } from "./prometheus.ts";
import { calledOf } from "./rpc.ts";

function server(id: number, started: number, succeeded: number, failed: number): ChannelzServer {
  const data = { calls_started: started, calls_succeeded: succeeded, calls_failed: failed };
  return { ref: { server_id: id }, data, listen_socket: [] };
}

describe("channelz", () => {
  it("tells what runs: started, less what ended well and badly, of every server but the one that was asked", () => {
    const told = channelzCounts([server(1, 50, 40, 5), server(2, 9, 8, 0)], 2, "channelz");
    expect(told).toMatchObject({ is: "told", inFlight: 5, started: 50, failed: 5 });
  });

  it("takes the asking itself off where no socket tells the servers apart", () => {
    expect(channelzCounts([server(1, 50, 40, 5), server(2, 9, 8, 0)], null, "channelz")).toMatchObject({ inFlight: 5 });
  });

  it("[S2-5] tells that the server has ended when its entry is gone", () => {
    expect(channelzCounts([server(2, 9, 8, 0)], 2, "channelz")).toEqual({ is: "over", by: "channelz" });
  });
});

describe("a page of counters", () => {
  const counts = (page: string): unknown => prometheusCounts(page, "http://x/metrics");

  it("tells what was started and not handled yet; failures are the server's own, and checks are left out", () => {
    const text = `
grpc_server_started_total{grpc_method="Pay",grpc_service="shop.Cart",grpc_type="unary"} 100
grpc_server_started_total{grpc_method="Check",grpc_service="grpc.health.v1.Health",grpc_type="unary"} 4000
grpc_server_started_total{grpc_method="Watch",grpc_service="grpc.health.v1.Health",grpc_type="server_stream"} 1
grpc_server_handled_total{grpc_code="OK",grpc_method="Pay",grpc_service="shop.Cart",grpc_type="unary"} 80
grpc_server_handled_total{grpc_code="InvalidArgument",grpc_method="Pay",grpc_service="shop.Cart",grpc_type="unary"} 7
grpc_server_handled_total{grpc_code="Unavailable",grpc_method="Pay",grpc_service="shop.Cart",grpc_type="unary"} 2
grpc_server_handled_total{grpc_code="DEADLINE_EXCEEDED",grpc_method="Pay",grpc_service="shop.Cart",grpc_type="unary"} 1
grpc_server_handled_total{grpc_code="OK",grpc_method="Check",grpc_service="grpc.health.v1.Health",grpc_type="unary"} 3999
process_start_time_seconds 1.7e+09`;
    // Somebody's Watch holds the exit as any other stream does, so it counts.
    expect(counts(text)).toMatchObject({
      is: "told",
      inFlight: 11,
      started: 101,
      failed: 3,
      startedAtMs: 1_700_000_000_000,
    });
  });

  it("without these counters says so, and not that nothing runs", () => {
    expect(counts("process_start_time_seconds 1.7e+09")).toMatchObject({ is: "silent" });
  });
});

describe("an answer to a health check", () => {
  const answer = (status: string) => ({ service: "", said: { got: "answer", value: { status } } as const });

  it("is told by service", () => {
    const unknown = { service: "shop.Cart", said: calledOf(status.NOT_FOUND, "unknown service") };
    expect(healthOf([answer("SERVING"), unknown])).toEqual({
      is: "told",
      of: [
        { service: "", status: "SERVING" },
        { service: "shop.Cart", status: "NOT_FOUND" },
      ],
    });
  });

  it("that nobody listens is one thing, that nobody answers another, and that there is no such service a third", () => {
    const said = (code: status, details: string) => healthOf([{ service: "", said: calledOf(code, details) }]).is;
    expect(said(status.UNAVAILABLE, "No connection established. Last error: connect ECONNREFUSED 10.0.0.7:9090")).toBe(
      "refused",
    );
    expect(said(status.UNAVAILABLE, "Connection dropped")).toBe("silent");
    expect(said(status.DEADLINE_EXCEEDED, "Deadline exceeded after 1.0s")).toBe("silent");
    expect(said(status.UNIMPLEMENTED, "The server does not implement the method")).toBe("untold");
  });

  it("that is no health is not taken for one", () => {
    expect(healthOf([answer("FINE")]).is).toBe("silent");
  });
});
