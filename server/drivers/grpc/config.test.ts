import { describe, expect, it } from "vitest";
import { grpcConfig } from "./config.ts";

const node = {
  name: "shop-1",
  address: "10.0.0.7:9090",
  host: "here",
  home: "/srv/shop-1",
  owner: { kind: "systemd", unit: "shop-1.service" },
};

function problems(change: object, ofNode: object = {}): readonly string[] {
  const section = { id: "shop", name: "Shop", system: "grpc", hosts: [{ name: "here", kind: "local" }] };
  const parsed = grpcConfig.safeParse({ ...section, nodes: [{ ...node, ...ofNode }], ...change });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the section of a cluster of gRPC servers", () => {
  it("is short where everything is usual", () => {
    expect(problems({})).toEqual([]);
  });

  it("refuses a port for the counts that goes dark with the server", () => {
    expect(problems({}, { admin: "10.0.0.7:9090" })).toEqual([
      expect.stringMatching(/^nodes\.0\.admin: Not another port/),
    ]);
  });

  it("refuses two sources for one count", () => {
    const both = { admin: "10.0.0.7:9091", metrics: "http://10.0.0.7:9100/metrics" };
    expect(problems({}, both)).toEqual([expect.stringMatching(/Two sources for one count/)]);
  });

  it("refuses half a certificate", () => {
    expect(problems({ tls: { cert: "/etc/shop/cert.pem" } })).toEqual([
      expect.stringMatching(/^tls: A certificate goes/),
    ]);
  });
});
