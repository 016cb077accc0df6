import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import more from "./sayings-zh-CN/more.json";
import run from "./sayings-zh-CN/run.json";
import { learnSayings, said } from "./said.ts";
import { sayings } from "./zh-cn.ts";

const NAMES = ["be-1", "be-2", "3.5.7", "42", "cn-3", "fe-2"];

function filled(pattern: string): string {
  return pattern.replace(/\{(\d+)\}/g, (_, index: string) => NAMES[Number(index)] ?? "");
}

describe("the sentences of the core in Chinese", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learnSayings("zh-CN", sayings);
  });
  afterEach(() => vi.unstubAllGlobals());

  // They join names, and are no sentences.
  const sentences = Object.entries({ ...more, ...run }).filter(
    ([english]) => !["{0}, {1}", "{0} and {1}", "{0} more"].includes(english),
  );

  it.each(sentences)("%s is said as its own, and as no other's", (english, chinese) => {
    expect(said(filled(english))).toBe(filled(chinese));
  });
});
