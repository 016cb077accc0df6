import { afterEach, describe, expect, it, vi } from "vitest";
import { inEnglish } from "./current.ts";
import { learn, t } from "./t.ts";

const COUNTED = "{count, plural, one {# act} other {# acts}} by {who}";

describe("what people read", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    learn("zh-CN", {});
  });

  it("is the English of the code, with its values and its numbers", () => {
    expect(t("Audit, {cluster}", { cluster: "{odd} 'name'" })).toBe("Audit, {odd} 'name'");
    expect(t(COUNTED, { count: 1, who: "kim" })).toBe("1 act by kim");
    expect(t(COUNTED, { count: 12_345, who: "kim" })).toBe("12,345 acts by kim");
    expect(t("It isn't there.")).toBe("It isn't there.");
  });

  it("is what the reader's language says, and English where that says nothing", () => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learn("zh-CN", { [COUNTED]: "{who} 的 {count, plural, other {# 项操作}}" });
    expect(t(COUNTED, { count: 12_345, who: "kim" })).toBe("kim 的 12,345 项操作");
    expect(t("No act is like that.")).toBe("No act is like that.");
  });

  it("is English where programs read it, whoever asked", () => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learn("zh-CN", { Node: "节点" });
    expect(inEnglish(() => t("Node"))).toBe("Node");
    expect(() =>
      inEnglish(() => {
        throw new Error("broken");
      }),
    ).toThrow("broken");
    expect(t("Node")).toBe("节点");
  });
});
