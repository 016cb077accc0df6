/** A gRPC server that nobody here wrote, with a page of counters: etcd. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { systemClock } from "#server/clock.ts";
import { freePorts } from "#server/testing/ports.ts";
import { whatEtcdLacks } from "../etcd/testing/rig.ts";
import type { ServiceLook } from "../servers/service.ts";
import { grpcConfig } from "./config.ts";
import { createGrpcService } from "./service.ts";

const { signal } = new AbortController();
const lacks = whatEtcdLacks();
if (lacks !== null) console.log(`Left out: counters of a real gRPC server (${lacks}).`);

describe.skipIf(lacks !== null)("a gRPC server with a page of counters", () => {
  let folder: string;
  let etcd: ChildProcess;
  let ended: Promise<unknown>;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "grpc-metrics-"));
    const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
    if (client === undefined || peer === undefined) throw new Error("No ports are free");
    address = client.slice("http://".length);
    const urls = ["--listen-client-urls", client, "--advertise-client-urls", client];
    const peers = ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer];
    const cluster = ["--initial-cluster", `default=${peer}`, "--data-dir", join(folder, "data")];
    etcd = spawn("/usr/bin/etcd", [...urls, ...peers, ...cluster], { stdio: "ignore" });
    ended = once(etcd, "exit");
  });
  afterAll(async () => {
    etcd.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells what is in flight, checks left out, until it is gone", async () => {
    const look = watched();
    await shows(look, "SERVING", 0);
    const watching = new AbortController();
    const body = JSON.stringify({ create_request: { key: "Zm9v" } });
    const watch = await fetch(`http://${address}/v3/watch`, { method: "POST", body, signal: watching.signal });
    await shows(look, "SERVING", 1);
    for (let looks = 0; looks < 5; looks += 1) await look();
    expect((await look()).counters).toEqual({ requests: 1, failures: 0, p99Ms: null });
    watching.abort();
    await watch.body?.cancel().catch(() => {});
    await shows(look, "SERVING", 0);
    etcd.kill("SIGTERM");
    await shows(look, "TERMINATED", null);
    expect((await look()).process?.value).toBe("gone");
  });

  function watched(): () => Promise<ServiceLook> {
    const owner = { kind: "signal", pidFile: "/srv/etcd/pid", start: ["/bin/true"] };
    const metrics = `http://${address}/metrics`;
    const config = grpcConfig.parse({
      id: "store",
      name: "Store",
      system: "grpc",
      hosts: [{ name: "here", kind: "local" }],
      nodes: [{ name: "etcd", address, metrics, host: "here", home: "/srv/etcd", owner }],
    });
    const service = createGrpcService(config, systemClock);
    const port = Number(address.split(":")[1]);
    const node = { id: "etcd", address, host: "127.0.0.1", port, pool: "all", machine: "here", home: "/srv/etcd" };
    return async () => await service.look(node, true, signal);
  }
});

async function shows(look: () => Promise<ServiceLook>, word: string, inFlight: number | null): Promise<void> {
  await vi.waitFor(
    async () => {
      const seen = await look();
      expect([seen.word, seen.work?.inFlight[0]?.count]).toEqual([word, inFlight]);
    },
    { timeout: 20_000, interval: 50 },
  );
}
