import { describe, expect, it } from "vitest";
import { languageFor } from "./language.ts";

describe("the language of a page", () => {
  it("is the one that was chosen here, whatever the browser asks for", () => {
    expect(languageFor("zh-CN", "en-GB,en;q=0.9")).toBe("zh-CN");
    expect(languageFor("en", "zh-CN")).toBe("en");
  });

  it("is else the first that the browser wants and the console speaks, by its weight", () => {
    expect(languageFor(null, "fr;q=0.9,en;q=0.4,zh-SG;q=0.8")).toBe("zh-CN");
    expect(languageFor(null, "de, en-US;q=0.7, zh;q=0.7")).toBe("en");
  });

  it("is English where nothing that is spoken is asked for, or something that is none", () => {
    expect(languageFor(null, null)).toBe("en");
    expect(languageFor("tlh", "tlh, ,;q=x")).toBe("en");
    expect(languageFor(null, "zh;q=0")).toBe("en");
  });

  it("is not Simplified Chinese for whoever asks for Traditional alone", () => {
    expect(languageFor(null, "zh-TW, zh-Hant-HK;q=0.9")).toBe("en");
    expect(languageFor(null, "zh-TW, zh;q=0.5")).toBe("zh-CN");
  });
});
