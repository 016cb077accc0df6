import { afterEach, beforeEach, expect, it, vi } from "vitest";
import ofConsole from "./sayings-zh-CN/console.json";
import drivers from "./sayings-zh-CN/drivers.json";
import systems from "./sayings-zh-CN/systems.json";
import { learnSayings, said } from "./said.ts";
import { sayings } from "./zh-cn.ts";

beforeEach(() => {
  vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
  learnSayings("zh-CN", sayings);
});
afterEach(() => {
  vi.unstubAllGlobals();
  learnSayings("zh-CN", {});
});

it("each saying of the server is found by what it says, and no wider one takes its place", () => {
  for (const [pattern, inChinese] of Object.entries({ ...ofConsole, ...drivers, ...systems })) {
    const filled = (text: string): string => text.replace(/\{(\d+)\}/g, "x-$1");
    expect(said(filled(pattern))).toBe(filled(inChinese));
  }
});

it("what a driver says of real nodes is said in Chinese, its commands and names as they are", () => {
  expect(said('Add another to be first: ALTER SYSTEM ADD BACKEND "host:9050";')).toBe(
    '请先向 be 再添加一个节点：ALTER SYSTEM ADD BACKEND "host:9050";',
  );
  expect(said("chronyc makestep on h1, h2; timedatectl set-ntp true keeps it right.")).toBe(
    "在 h1, h2 上执行 chronyc makestep；timedatectl set-ntp true 可保持时钟准确。",
  );
  expect(said("a restart changes no version")).toBe("重启不改变版本");
});

it("what is said of servers, pods and routers is said in Chinese too, and what they answered themselves as it is", () => {
  expect(said("no router stands before it that this console knows")).toBe("就本控制台所知，它前面没有路由器");
  expect(said("Wait; it is looked at again by itself.")).toBe("请等待；会自动重新查看。");
  expect(said("front answers, and may be told")).toBe("front 有应答，且可接受指示");
  expect(said("etcd-1: connection refused, 111")).toBe("etcd-1: connection refused, 111");
});

it("evidence is said in Chinese, what the system answered within it as it is", () => {
  expect(said("pid 4711 ended after 21.8 s; fe.log: graceful exit finished")).toBe(
    "pid 4711 在 21.8 秒后结束；fe.log：graceful exit finished",
  );
  expect(said("how long it would wait for its work cannot be read: Access denied; you need OPERATE")).toBe(
    "无法读取它会等待其工作多久：Access denied; you need OPERATE",
  );
  expect(said("12 tables looked at; none has its only good replica here")).toBe(
    "查看了 12 张表；没有一张表唯一的健康副本在此节点",
  );
});

it("clauses of evidence that follow each other are each said by themselves", () => {
  expect(said("3.3.5 runs from /opt/be; removed 3.3.4 (812 MB)")).toBe("3.3.5 从 /opt/be 运行；已删除 3.3.4 (812 MB)");
  expect(said("/opt/hook.sh on h1 ended with 1; it wrote: disk full")).toBe(
    "h1 上的 /opt/hook.sh 以 1 结束；它输出：disk full",
  );
  expect(said("no PM2 daemon runs in /home/a on h1; start it with pm2 resurrect")).toBe(
    "h1 上的 /home/a 中没有 PM2 守护进程在运行；请用 pm2 resurrect 启动它",
  );
  expect(said("/srv on h1 holds no be of 3.3.5; unpack the release there")).toBe(
    "h1 上的 /srv 中没有 3.3.5 的 be；请在该处解压发布版本",
  );
  expect(said("3 unhealthy; 3 were bad when the run began; up to 40 for be-2, out by this run")).toBe(
    "3 unhealthy; 运行开始时有 3 个异常；其中至多 40 个属于由本次运行移出的 be-2",
  );
  expect(said("h1 answers as sluice; /opt/be is starrocks's")).toBe(
    "h1 以用户 sluice 的身份应答；/opt/be 归用户 starrocks 所有",
  );
  expect(said("none of be serve beside it")).toBe("资源池 be 中此外在服务的：无");
});

it("a command that was given is told from what a system says of itself", () => {
  expect(said("the commands systemctl stop be; systemctl kill -s SIGKILL be were accepted")).toBe(
    "命令 systemctl stop be; systemctl kill -s SIGKILL be 已被接受",
  );
  expect(said("alive; its version is not told")).toMatch(/没有报告版本$/);
  for (const theirs of ["access was given", "version 3", "transaction 7: aborted", "There is no leader."])
    expect(said(theirs)).toBe(theirs);
});

it("what the console refuses, and what is wrong in its configuration, is said in Chinese", () => {
  expect(
    said("Run 7 (upgrade) is active: ada started it at 2026-01-01. One run a cluster: let it end or abort it."),
  ).toBe("运行 7（升级）正在进行：由 ada 于 2026-01-01 启动。每个集群同时只能有一次运行：请等待其结束，或中止它。");
  expect(said('Not an address. Write host:port, as in "10.0.0.7:9090".')).toBe(
    '不是地址。请写 host:port，例如 "10.0.0.7:9090"。',
  );
});
