import { afterEach, beforeEach, expect, it, vi } from "vitest";
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

it("each saying of a driver is found by what it says, and no wider one takes its place", () => {
  for (const [pattern, inChinese] of Object.entries({ ...drivers, ...systems })) {
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
