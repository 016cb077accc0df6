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

  it("stays English for whoever reads English", () => {
    vi.stubGlobal("document", { documentElement: { lang: "en" } });
    expect(said("be-01 waits for approval")).toBe("be-01 waits for approval");
  });
});
