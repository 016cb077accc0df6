/** A backend's way out, held against the fact sheet: 4.2 and the worked timeline A of 7.3. */
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../cluster.ts";
import { stageBackend, type Stage } from "./stage.ts";

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

async function serving(options: {
  readonly role?: "be" | "cn";
  readonly version?: string;
  readonly conf?: readonly string[];
}): Promise<Stage> {
  const stage = await stageBackend({
    role: options.role ?? "be",
    version: options.version ?? "3.5.7",
    conf: ["twin_start_ms = 0", "twin_exit_steps_ms = 600", ...(options.conf ?? [])],
  });
  stages.push(stage);
  await stage.start();
  return stage;
}

function gone(stage: Stage): Promise<void> {
  return until("the process to be gone", () => stage.pid() === null);
}

describe("a backend that is told to exit gracefully", () => {
  it("[S0-1] [S0-11] waits for its queries, says SHUTDOWN meanwhile, and leaves in the order of a real one", async () => {
    const stage = await serving({});
    const running = [stage.query("q1", 60_000), stage.query("q2", 60_000)];
    await until("both queries to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 2);
    const script = stage.script("stop_be.sh", "-g", "--timeout", "60");
    const logged = (text: string): Promise<void> => until(text, () => stage.log().includes(text));
    await logged("Frontend is aware of exit: 0, 2 fragment(s) are still running...");

    expect(await stage.heartbeat()).toEqual({ status: "shutdown", message: "BE is shutting down" });
    expect(await stage.query("q3", 10)).toEqual({ status: "shutting down" });
    expect(await (await fetch(`http://${stage.node.host}:8040/api/health`)).json()).toMatchObject({ status: "OK" });
    await logged("Frontend is aware of exit: 1, 2 fragment(s) are still running...");
    await stage.cancel("q1");
    await logged("Frontend is aware of exit: 1, 1 fragment(s) are still running...");
    await stage.cancel("q2");
    await Promise.all(running);

    expect(await script).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const steps = [...stage.log().matchAll(/\] (.*(?:exit step|aware of exit: 1|exited).*)/g)].map((match) => match[1]);
    expect([...new Set(steps)]).toEqual([
      "Frontend is aware of exit: 1, 2 fragment(s) are still running...",
      "Frontend is aware of exit: 1, 1 fragment(s) are still running...",
      "BE exit step 1: wait exec engine tasks finish successfully",
      "BE exit step 2: heartbeat server exit successfully",
      "BE exit step 3: Arrow Flight SQL server exit successfully",
      "BE exit step 4: daemon threads exit successfully",
      "BE exit step 5: exec engine destroy successfully",
      "BE exit step 6: storage engine exit successfully",
      "BE exit step 7: poco connection pool shutdown successfully",
      "BE exit step 8: http server exit successfully",
      "BE exit step 9: brpc server exit successfully",
      "BE exit step 10: thrift server exit successfully",
      "BE exit step 11: exec env destroy successfully",
      "BE exit step 12: global env stop successfully",
      "BE exited successfully",
    ]);
    expect(stage.truth().map((line) => (line.what === "exited" ? [line.how, line.left] : line.what))).toEqual([
      "script",
      "started",
      "serving",
      "script",
      "signal",
      ["graceful", 0],
    ]);
  });

  it("[S0-13] leaves within moments when nothing runs, whether or not an FE was told", async () => {
    const stage = await serving({});
    await stage.script("stop_be.sh", "-g", "--timeout", "60");
    expect(stage.log()).not.toContain("still running");
    expect(stage.truth().at(-1)).toMatchObject({ what: "exited", how: "graceful", left: 0 });
  });

  it("[S0-16] waits for an FE to be told with graceful_exit_wait_for_frontend_heartbeat, and leaves right after", async () => {
    const stage = await serving({});
    expect(await stage.set("graceful_exit_wait_for_frontend_heartbeat=true")).toContain('"OK"');
    const script = stage.script("stop_be.sh", "-g");
    await until("the wait to begin", () =>
      stage.log().includes("Frontend is aware of exit: 0, 0 fragment(s) are still running..."),
    );
    expect(await stage.heartbeat()).toMatchObject({ status: "shutdown" });
    await script;
    expect(stage.log()).toContain("BE exited successfully");
  });

  it("[S0-12] cuts what still runs when loop_count x 10 s are over, and logs the same step 1", async () => {
    const stage = await serving({ conf: ["loop_count_wait_fragments_finish = 1"] });
    const query = stage.query("q1", 60_000);
    await until("the query to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 1);
    await stage.script("stop_be.sh", "-g");
    expect(await query).toMatchObject({ status: "cancelled" });
    expect(stage.log()).toContain("BE exit step 1: wait exec engine tasks finish successfully");
    expect(stage.log().match(/1 fragment\(s\) are still running/g)).toHaveLength(10);
    expect(stage.truth().at(-1)).toMatchObject({ what: "exited", how: "time up", left: 1 });
  });

  it("does not wait for the stream loads that it coordinates: they are cut, and aborted at the FE", async () => {
    const stage = await serving({});
    const load = fetch(`http://${stage.node.host}:8040/api/shop/orders/_stream_load`, {
      method: "PUT",
      headers: { authorization: "Basic x", label: "l1", "x-twin-work-ms": "60000" },
      body: "1,a",
    });
    await until("the load to run", async () => (await stage.metric("streaming_load_current_processing")) === 1);
    expect(await stage.metric("pip_query_ctx_cnt")).toBe(0);
    await stage.script("stop_be.sh", "-g");
    expect(await (await load).json()).toMatchObject({ Status: "Fail", Label: "l1" });
    expect(stage.leader.begun).toMatchObject([{ label: "l1", coordinator: `BE: ${stage.node.host}` }]);
    expect(stage.leader.ended).toHaveLength(1);
    expect(stage.truth().at(-1)).toMatchObject({ what: "exited", how: "graceful", left: 1 });
  });

  it("[S0-1] refuses new loads with words that clients obey", async () => {
    const stage = await serving({});
    const query = stage.query("q1", 3000);
    await until("the query to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 1);
    const script = stage.script("stop_be.sh", "-g");
    await until("the wait to begin", () => stage.log().includes("still running"));
    const load = await fetch(`http://${stage.node.host}:8040/api/shop/orders/_stream_load`, {
      method: "PUT",
      headers: { authorization: "Basic x", label: "l1" },
    });
    expect(load.status).toBe(200);
    expect(await load.json()).toMatchObject({
      Status: "Fail",
      Message: "Service is shutting down, please retry later!",
    });
    await Promise.all([query, script]);
  });

  it("counts finished queries until they are collected, when told to", async () => {
    const stage = await serving({ conf: ["twin_second_chance_seconds = 60", "loop_count_wait_fragments_finish = 1"] });
    expect(await stage.query("q1", 10)).toEqual({ status: "ok" });
    expect(await stage.metric("pip_query_ctx_cnt")).toBe(1);
    await stage.script("stop_be.sh", "-g");
    expect(stage.log().match(/1 fragment\(s\) are still running/g)).toHaveLength(10);
  });

  it("[S0-18] on 3.3 answers heartbeats with an error and does not wait at all", async () => {
    // Kept before its steps, of which the second ends the heartbeat server, until it was asked.
    const stage = await serving({ version: "3.3.14", conf: ["twin_hang_in_exit = true"] });
    const query = stage.query("q1", 60_000);
    await until("the query to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 1);
    const script = stage.script("stop_be.sh", "-g");
    await until("the signal to be heard", () => stage.log().includes("got signal: Terminated"));
    expect(await stage.heartbeat()).toEqual({ status: "error", message: "BE is shutting down" });
    const goOn = `http://${stage.node.host}:8040/api/update_config?twin_hang_in_exit=false`;
    expect((await fetch(goOn, { method: "POST" })).ok).toBe(true);
    expect(await query).toMatchObject({ status: "cancelled" });
    expect(stage.log()).not.toContain("still running");
    await script;
  });

  it("[S0-10] as a CN it is the same, under its own name", async () => {
    const stage = await serving({ role: "cn" });
    await stage.script("stop_cn.sh", "-g", "--timeout", "60");
    expect(stage.truth().flatMap((line) => (line.what === "signal" ? [line.signal] : []))).toEqual(["SIGTERM"]);
    expect(stage.log()).toContain("CN exit step 1: wait exec engine tasks finish successfully");
    expect(stage.log()).toContain("CN exited successfully");
    await gone(stage);
  });
});

describe("a backend that serves", () => {
  it("tells by heartbeat what is installed, and when it answered first", async () => {
    const stage = await serving({ version: "4.0.7" });
    const first = await stage.heartbeat();
    expect(first).toMatchObject({ status: "ok", version: "4.0.7-70d1c24" });
    expect(await stage.heartbeat()).toEqual(first);
  });

  it("pushes its running queries to the leader, in an exit as well", async () => {
    const stage = await serving({});
    const query = stage.query("q1", 4000);
    await until("the leader to be told", () => stage.leader.runningQueries.includes(1));
    const script = stage.script("stop_be.sh", "-g");
    await until("the wait to begin", () => stage.log().includes("still running"));
    const before = stage.leader.runningQueries.length;
    await until("one more push", () => stage.leader.runningQueries.length > before);
    await Promise.all([query, script]);
  });

  it("takes exactly one setting at a time", async () => {
    const stage = await serving({});
    expect(JSON.parse(await stage.set("loop_count_wait_fragments_finish=6"))).toEqual({ status: "OK", msg: "" });
    for (const wrong of ["", "a=1", "be_port=1", "loop_count_wait_fragments_finish=6&be_port=1"])
      expect(JSON.parse(await stage.set(wrong))).toMatchObject({ status: "BAD" });
    const page = await (await fetch(`http://${stage.node.host}:8040/varz`)).text();
    expect(page).toContain("loop_count_wait_fragments_finish=6\n");
  });

  it("commits a stream load at the leader", async () => {
    const stage = await serving({});
    const load = await fetch(`http://${stage.node.host}:8040/api/shop/orders/_stream_load`, {
      method: "PUT",
      headers: { authorization: "Basic x", label: "l1", "x-twin-work-ms": "10" },
      body: "1,a",
    });
    expect(await load.json()).toMatchObject({ Status: "Success", TxnId: 1001 });
    expect(stage.leader.ended).toEqual([{ txnId: 1001, reason: "" }]);
  });

  it("can lose heartbeats, lie about its version and be slow to start, on request", async () => {
    const stage = await serving({ conf: ["twin_report_version = 4.1.0-bad", "twin_clock_skew_seconds = -3600"] });
    const beat = await stage.heartbeat();
    expect(beat).toMatchObject({ status: "ok", version: "4.1.0-bad" });
    const started = stage.truth().find((line) => line.what === "started");
    expect(beat.status === "ok" && (beat.rebootTimeS ?? 0) * 1000).toBeLessThan(started?.atMs ?? 0);
    await stage.set("twin_drop_heartbeats=true");
    expect(await stage.heartbeat()).toEqual({ status: "none", cause: "closed" });
    expect((await fetch(`http://${stage.node.host}:8040/api/health`)).status).toBe(200);
  });

  it("refuses the heartbeats of another cluster", async () => {
    const stage = await serving({});
    expect(await stage.heartbeat(8)).toEqual({
      status: "error",
      message: "Unmatched cluster id. local: 7, from FE: 8",
    });
  });
});
