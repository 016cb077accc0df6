/** Options, messages and exit codes of the scripts, held against tables 3.1 to 3.6 of the fact sheet. */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { stageBackend, type Stage } from "../be/stage.ts";
import { until } from "../cluster.ts";
import { artifact, layOut, nodesOf, type TwinNode } from "../layout.ts";
import { isRunning, kill, type Ran, runScript } from "../processes.ts";
import { readTruth, truthFile } from "../truth.ts";
import { defaults } from "../twin.ts";

const root = mkdtempSync(join(tmpdir(), "twin-scripts-"));
const others: ChildProcess[] = [];
const stages: Stage[] = [];
afterEach(async () => {
  for (const child of others.splice(0)) child.kill("SIGKILL");
  for (const stage of stages.splice(0)) await stage.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A node's directory with the scripts of a version, and no process. */
function directories(version: string): Record<"fe" | "be" | "cn", TwinNode> {
  const here = mkdtempSync(join(root, "n"));
  const settings = {
    ...defaults,
    root: here,
    subnet: "127.0.9",
    version,
    artifacts: [],
    frontends: 1,
    backends: 1,
    computeNodes: 1,
  };
  const nodes = nodesOf(settings);
  writeFileSync(truthFile(here), "");
  layOut(settings, nodes);
  const [fe, be, cn] = nodes;
  if (fe === undefined || be === undefined || cn === undefined) throw new Error("three nodes were to be laid out");
  return { fe, be, cn };
}

function pidFile(node: TwinNode): string {
  return join(node.home, "bin", `${node.role}.pid`);
}

/** A process that has nothing to do with StarRocks. */
function stranger(): number {
  const child = spawn("sleep", ["600"]);
  others.push(child);
  return child.pid ?? 0;
}

/** A process that looks like an FE and does not care about the signals of a graceful exit. */
async function stubbornFrontend(node: TwinNode): Promise<number> {
  const program = join(node.home, "lib", "stubborn.cjs");
  writeFileSync(
    program,
    `for (const s of ["SIGUSR1", "SIGTERM"]) process.on(s, () => require("fs").appendFileSync(${JSON.stringify(join(node.home, "heard"))}, s + "\\n"));
     require("fs").writeFileSync("/proc/self/comm", "java");
     require("fs").writeFileSync(${JSON.stringify(pidFile(node))}, String(process.pid));
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [program, "com.starrocks.StarRocksFE"]);
  others.push(child);
  await until("the pid file", () => existsSync(pidFile(node)));
  return child.pid ?? 0;
}

/** A pid that no process has: that of one that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn("true");
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? 0;
}

const quiet: Ran = { exitCode: 0, stdout: "", stderr: "" };

describe.each(["3.5.7", "4.0.7"])("the stop scripts of %s", (version) => {
  let nodes: Record<"fe" | "be" | "cn", TwinNode>;
  beforeEach(() => {
    nodes = directories(version);
  });

  it("say nothing and succeed where there is no pid file", async () => {
    for (const node of [nodes.fe, nodes.be, nodes.cn])
      expect(await runScript(node.home, `stop_${node.role}.sh`, ["-g"])).toEqual(quiet);
  });

  it("explain themselves with --help, and stop nothing", async () => {
    for (const node of [nodes.fe, nodes.be, nodes.cn]) {
      const ran = await runScript(node.home, `stop_${node.role}.sh`, ["--help"]);
      expect(ran.exitCode).toBe(0);
      expect(ran.stdout).toContain("--graceful");
      expect(ran.stdout).toContain("--timeout");
    }
    expect(readTruth(join(nodes.fe.home, "../.."))).toEqual([]);
  });

  it("leave another program alone that has the pid", async () => {
    const pid = stranger();
    const said: unknown[] = [];
    for (const node of [nodes.fe, nodes.be, nodes.cn]) {
      writeFileSync(pidFile(node), `${pid}\n`);
      const ran = await runScript(node.home, `stop_${node.role}.sh`, []);
      said.push([ran.exitCode, ran.stdout]);
    }
    expect(said).toEqual([
      version === "3.5.7"
        ? [1, "ERROR: pid process may not be FE. \n"]
        : [1, `ERROR: Process ${pid} is not a Java process (comm: sleep)\n`],
      [1, "ERROR: pid process may not be BE\n"],
      [1, "ERROR: pid process may not be CN\n"],
    ]);
    expect(isRunning(pid)).toBe(true);
  });

  it("treat a stale pid file each in its own way", async () => {
    const pid = await deadPid();
    for (const node of [nodes.fe, nodes.be, nodes.cn]) writeFileSync(pidFile(node), String(pid));
    const fe = await runScript(nodes.fe.home, "stop_fe.sh", ["-g"]);
    if (version === "3.5.7") expect(fe.exitCode).toBe(1);
    else expect(fe).toEqual({ ...quiet, stdout: `Process ${pid} does not exist, removing stale pid file\n` });
    expect(existsSync(pidFile(nodes.fe))).toBe(version === "3.5.7");
    expect(await runScript(nodes.be.home, "stop_be.sh", ["-g"])).toMatchObject({ exitCode: 1 });
    expect(await runScript(nodes.cn.home, "stop_cn.sh", ["-g"])).toMatchObject({ exitCode: 1 });
    expect(existsSync(pidFile(nodes.be))).toBe(true);
  });

  it("[S0-4] [S0-9] send an FE SIGUSR1 for -g, kill it when the time is over, say so, and succeed", async () => {
    const pid = await stubbornFrontend(nodes.fe);
    expect(await runScript(nodes.fe.home, "stop_fe.sh", ["-g", "--timeout", "1"])).toEqual({
      ...quiet,
      stdout: "graceful exit timeout, forced termination of the process\n",
    });
    expect(readFileSync(join(nodes.fe.home, "heard"), "utf8")).toBe("SIGUSR1\n");
    expect(existsSync(pidFile(nodes.fe))).toBe(false);
    await until("the process to be gone", () => !isRunning(pid));
  });

  it("[S0-4] send an FE SIGTERM without -g, and go on waiting for it without a limit", async () => {
    const pid = await stubbornFrontend(nodes.fe);
    const stopping = runScript(nodes.fe.home, "stop_fe.sh", []);
    await until("the signal", () => existsSync(join(nodes.fe.home, "heard")));
    expect(readFileSync(join(nodes.fe.home, "heard"), "utf8")).toBe("SIGTERM\n");
    kill(pid, "SIGKILL");
    expect(await stopping).toEqual(quiet);
  });

  it("look for the pid file where PID_DIR in the conf file says", async () => {
    const pid = stranger();
    const elsewhere = mkdtempSync(join(root, "pids"));
    writeFileSync(join(nodes.be.home, "conf", "be.conf"), `PID_DIR = ${elsewhere}\n`);
    writeFileSync(join(elsewhere, "be.pid"), String(pid));
    expect(await runScript(nodes.be.home, "stop_be.sh", [])).toMatchObject({ exitCode: 1 });
  });
});

describe("the stop scripts of 3.3.14", () => {
  let nodes: Record<"fe" | "be" | "cn", TwinNode>;
  beforeEach(() => {
    nodes = directories("3.3.14");
  });

  it("stop an FE by SIGTERM whatever they are given, and tell that they wait", async () => {
    const pid = await stubbornFrontend(nodes.fe);
    const stopping = runScript(nodes.fe.home, "stop_fe.sh", ["-g", "--timeout", "1"]);
    await until("the signal", () => existsSync(join(nodes.fe.home, "heard")));
    expect(readFileSync(join(nodes.fe.home, "heard"), "utf8")).toBe("SIGTERM\n");
    kill(pid, "SIGKILL");
    expect(await stopping).toEqual({
      ...quiet,
      stdout: `waiting fe to stop, pid: ${pid}\nstop java, and remove pid file. \n`,
    });
    expect(existsSync(pidFile(nodes.fe))).toBe(false);
  });

  it("say that a program may be no FE, and end it all the same", async () => {
    const pid = stranger();
    writeFileSync(pidFile(nodes.fe), String(pid));
    const ran = await runScript(nodes.fe.home, "stop_fe.sh", []);
    expect(ran.stdout).toContain("ERROR: pid process may not be fe. \n");
    expect(ran.exitCode).toBe(0);
    expect(isRunning(pid)).toBe(false);
  });

  it("leave a program alone that is no backend, and fail for a compute node without a pid file", async () => {
    const pid = stranger();
    for (const [node, role] of [
      [nodes.be, "be"],
      [nodes.cn, "cn"],
    ] as const) {
      writeFileSync(pidFile(node), String(pid));
      expect(await runScript(node.home, `stop_${role}.sh`, ["-g"])).toMatchObject({
        exitCode: 1,
        stdout: `ERROR: pid process may not be ${role}. \n`,
      });
    }
    expect(isRunning(pid)).toBe(true);
    rmSync(pidFile(nodes.cn));
    expect(await runScript(nodes.cn.home, "stop_cn.sh", ["-g"])).toMatchObject({
      exitCode: 1,
      stdout: `${pidFile(nodes.cn)} does not exist\n`,
    });
    writeFileSync(pidFile(nodes.cn), String(await deadPid()));
    expect(await runScript(nodes.cn.home, "stop_cn.sh", ["-g"])).toEqual({
      ...quiet,
      stdout: "Backend already exit, remove pid file. \n",
    });
  });

  it("know no --timeout for a backend: they say so and go on without a limit", async () => {
    const pid = await deadPid();
    writeFileSync(pidFile(nodes.be), String(pid));
    const ran = await runScript(nodes.be.home, "stop_be.sh", ["-g", "--timeout", "5"]);
    expect(ran.stderr).toContain("unrecognized option '--timeout'");
  });

  it("return for a compute node while it still drains, and its pid file is gone", async () => {
    const conf = ["twin_start_ms = 0", "twin_exit_steps_ms = 100", "loop_count_wait_fragments_finish = 6"];
    const stage = await stageBackend({ role: "cn", version: "3.3.14", conf });
    stages.push(stage);
    await stage.start();
    const pid = stage.pid() ?? 0;
    const query = stage.query("q1", 1500);
    await until("the query to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 1);
    expect(await stage.script("stop_cn.sh", "-g")).toEqual({
      ...quiet,
      stdout: "stop starrocks_be using signal 15, and remove pid file. \n",
    });
    expect([isRunning(pid), existsSync(pidFile(stage.node))]).toEqual([true, false]);
    expect(await query).toEqual({ status: "ok" });
    await until("the process to be gone", () => !isRunning(pid));
  });
});

describe("stopping a backend that runs", () => {
  async function running(role: "be" | "cn", version: string): Promise<Stage> {
    const stage = await stageBackend({ role, version, conf: ["twin_start_ms = 0", "twin_exit_steps_ms = 100"] });
    stages.push(stage);
    await stage.start();
    return stage;
  }

  it("[S0-10] plain is SIGKILL: nothing is waited for, and nothing is logged", async () => {
    for (const role of ["be", "cn"] as const) {
      const stage = await running(role, "3.5.7");
      expect(await stage.script(`stop_${role}.sh`)).toEqual(quiet);
      expect(stage.pid()).toBeNull();
      expect(stage.log()).not.toContain("got signal");
      expect(existsSync(pidFile(stage.node))).toBe(false);
    }
  });

  it("with a time-out that passes it is killed, told by one line, with exit status 0", async () => {
    const stage = await running("be", "4.0.7");
    const query = stage.query("q1", 60_000);
    await until("the query to run", async () => (await stage.metric("pip_query_ctx_cnt")) === 1);
    expect(await stage.script("stop_be.sh", "-g", "--timeout", "1")).toEqual({
      ...quiet,
      stdout: "graceful exit timeout, forced termination of the process\n",
    });
    expect(await query).toMatchObject({ status: "cancelled" });
    expect(
      stage
        .truth()
        .filter((line) => line.what === "script")
        .at(-1),
    ).toMatchObject({
      script: "stop_be.sh",
      args: ["-g", "--timeout", "1"],
      node: "be-01",
    });
  });

  it("a second start is refused, and the process goes on", async () => {
    const stage = await running("be", "4.0.7");
    const pid = stage.pid();
    expect(await stage.script("start_be.sh", "--daemon")).toEqual({
      exitCode: 1,
      stdout: `Backend running as process ${pid}. Stop it first.\n`,
      stderr: "",
    });
    expect(stage.pid()).toBe(pid);
  });

  it("its command name is starrocks_be, as a CN too, and its pid file ends in a newline", async () => {
    const stage = await running("cn", "3.5.7");
    expect(readFileSync(`/proc/${stage.pid()}/comm`, "utf8")).toBe("starrocks_be\n");
    expect(readFileSync(pidFile(stage.node), "utf8")).toBe(`${stage.pid()}\n`);
  });
});

describe("the other scripts", () => {
  it("show the version of the lib that is in place, not of the bin", async () => {
    const { be, fe } = directories("3.5.7");
    writeFileSync(join(be.home, "lib", "version"), "4.0.7-70d1c24\n");
    const shown = await runScript(be.home, "show_be_version.sh", []);
    expect(shown.stdout.split("\n").slice(0, 2)).toEqual(["4.0.7-70d1c24", "BuildType: RELEASE"]);
    expect(await withoutJava(fe, "show_fe_version.sh")).toMatchObject({
      exitCode: 1,
      stdout: "Error: JAVA_HOME is not set.\n",
    });
    process.env["JAVA_HOME"] = join(fe.home, "../../jdk");
    const frontend = await runScript(fe.home, "show_fe_version.sh", []);
    expect(frontend.stdout.split("\n").slice(0, 2)).toEqual(["Build version: 3.5.7", "Commit hash: 70d1c24"]);
  });

  it("let a release's version be asked of its lib alone, by way of Java", async () => {
    const { fe } = directories("4.0.7");
    const lib = join(artifact(join(fe.home, "../.."), "4.0.7", "fe"), "lib");
    const args = ["-cp", `${lib}/*:${lib}`, "com.starrocks.StarRocksFE", "-v"];
    const shown = await runScript(join(fe.home, "../../jdk"), "java", args);
    expect(shown.stdout).toContain("Build version: 4.0.7\nCommit hash: 70d1c24\n");
  });

  it("start no FE with a JDK below 17, and say so", async () => {
    const { fe } = directories("3.5.7");
    const java = join(fe.home, "../../jdk/bin/java");
    writeFileSync(java, `#!/bin/sh\necho 'openjdk version "11.0.2" 2019-01-15' >&2\n`);
    chmodSync(java, 0o755);
    const ran = await runScript(fe.home, "start_fe.sh", ["--daemon"]);
    expect(ran.exitCode).toBe(255);
    expect(ran.stdout).toContain("JDK 11 is not supported");
  });

  it("are, for 3.4.8, those of 3.5.7, but for the JDK", () => {
    const [old, next] = [directories("3.4.8"), directories("3.5.7")];
    const text = (node: TwinNode, script: string): string => readFileSync(join(node.home, "bin", script), "utf8");
    for (const role of ["fe", "be", "cn"] as const)
      expect(text(old[role], `stop_${role}.sh`)).toBe(text(next[role], `stop_${role}.sh`));
    expect(text(old.fe, "start_fe.sh")).toContain("least_jdk=11");
    expect(text(next.fe, "start_fe.sh")).toContain("least_jdk=17");
  });

  it("lie ready for every version, each with its own stop scripts", () => {
    const { be } = directories("4.0.7");
    const at = join(be.home, "../..");
    expect(readFileSync(join(artifact(at, "4.0.7", "be"), "bin", "stop_be.sh"), "utf8")).toContain("StarRocks 4.0");
    expect(existsSync(join(artifact(at, "4.0.7", "fe"), "spark-dpp"))).toBe(true);
  });
});

async function withoutJava(node: TwinNode, script: string): Promise<Ran> {
  delete process.env["JAVA_HOME"];
  return runScript(node.home, script, []);
}
