import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { learnSayings, said } from "./said.ts";

describe("what the core says, in another language", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learnSayings("zh-CN", {
      "{0} waits for approval": "{0} 等待批准",
      "{0} waits for {1}": "{0} 等待 {1}",
      "the route to {0} on {1}": "{1} 上通往 {0} 的路由",
      "It goes on by itself.": "它会自行继续。",
      "{0} is exiting{1}": "{0} 退出中{1}",
      ", with {0} left": "，还剩 {0}",
      "{0}, {1}": "{0}、{1}",
      "{0} and {1}": "{0} 和 {1}",
      "{0} more": "另外 {0} 个",
      "control plane": "控制面",
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is found by its pattern, the one that says most first, with its values where the other language wants them", () => {
    expect(said("be-01 waits for approval")).toBe("be-01 等待批准");
    expect(said("be-01 waits for the route to be-02 on fe-1")).toBe("be-01 等待 fe-1 上通往 be-02 的路由");
  });

  it("is said sentence by sentence where the whole is not known, and what nobody knows stays", () => {
    expect(said("It goes on by itself. SHOW BACKENDS says Alive=true")).toBe(
      "它会自行继续。 SHOW BACKENDS says Alive=true",
    );
    expect(said("java.lang.NullPointerException")).toBe("java.lang.NullPointerException");
  });

  it("may have nothing where something could be filled in", () => {
    expect(said("be-01 is exiting")).toBe("be-01 退出中");
    expect(said("be-01 is exiting, with 3 left")).toBe("be-01 退出中，还剩 3");
  });

  it("is known with its full stop and without", () => {
    expect(said("It goes on by itself")).toBe("它会自行继续");
    expect(said("be-01 waits for approval.")).toBe("be-01 等待批准。");
  });

  it("joins names as its own lists do, and no words that are none", () => {
    expect(said("be-1, be-2 and be-3 waits for approval")).toBe("be-1、be-2 和 be-3 等待批准");
    expect(said("be-1 and 7 more")).toBe("be-1 和 另外 7 个");
    expect(said("7 more waits for approval")).toBe("另外 7 个 等待批准");
    expect(said("the socket closed and nobody knows why")).toBe("the socket closed and nobody knows why");
  });

  it("does not reach from one sentence into the next, nor into what somebody else said", () => {
    expect(said("be-01 waits for be-02. It goes on by itself.")).toBe("be-01 等待 be-02. 它会自行继续。");
    expect(said("control plane: gone (OFFLINE); its disk: full")).toBe("控制面：gone (OFFLINE)；its disk: full");
  });

  it("does not reach into a clause that follows, but for what somebody else said last", () => {
    learnSayings("zh-CN", {
      "{0} runs from {1}": "{0} 从 {1} 运行",
      "removed {0}": "已删除 {0}",
      "{0} out by this run": "{0} 由本次运行移出",
      "up to {0} for {1}, out by this run": "其中至多 {0} 个属于由本次运行移出的 {1}",
      "Still owed: {0}.": "仍未归还：{0}。",
      "it cannot be read: {0}": "无法读取：{0}",
      "{0} ended with {1}; {2} is there": "{0} 以 {1} 结束；{2} 仍在",
    });
    expect(said("3.3.5 runs from /opt/be; removed /a")).toBe("3.3.5 从 /opt/be 运行；已删除 /a");
    expect(said("3 bad; up to 40 for be-2, out by this run")).toBe("3 bad; 其中至多 40 个属于由本次运行移出的 be-2");
    expect(said("it cannot be read: disk full; removed /a")).toBe("无法读取：disk full; 已删除 /a");
    expect(said("Still owed: be-1; be-2.")).toBe("仍未归还：be-1; be-2。");
    expect(said("stop ended with 1; pid 7 is there")).toBe("stop 以 1 结束；pid 7 仍在");
  });

  it("takes no evidence in brackets apart", () => {
    learnSayings("zh-CN", {
      "{0} waits for approval": "{0} 等待批准",
      "{0}: {1}": "{0}：{1}",
      gone: "已退出",
      "gone ({0})": "已退出（{0}）",
      "{0} is running ({1}) on {2}": "{2} 上的 {0} 正在运行（{1}）",
    });
    expect(said("its process: gone (no pid file; 26763, seen before); be-01 waits for approval")).toBe(
      "its process：已退出（no pid file; 26763, seen before）；be-01 等待批准",
    );
    expect(said("be-1 is running (pid 7 (java); seen before) on h1")).toBe(
      "h1 上的 be-1 正在运行（pid 7 (java); seen before）",
    );
    expect(said("be-1 is running (seen; pid 7 (java)) on h1")).toBe("h1 上的 be-1 正在运行（seen; pid 7 (java)）");
  });

  it("stays English for whoever reads English", () => {
    vi.stubGlobal("document", { documentElement: { lang: "en" } });
    expect(said("be-01 waits for approval")).toBe("be-01 waits for approval");
  });
});
