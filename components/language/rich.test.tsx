import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { rich } from "./rich.tsx";
import { learn } from "./t.ts";

const TEXT = "{who} wrote {count, plural, one {# word} other {# words}} to {file}.";

function written(): string {
  const parts = { file: <code>a.yaml</code>, who: <b>kim</b> };
  return renderToStaticMarkup(rich(TEXT, parts, { count: 2 }));
}

afterEach(() => {
  vi.unstubAllGlobals();
  learn("zh-CN", {});
});

it("a part stands where the sentence of each language has it", () => {
  expect(written()).toBe("<b>kim</b> wrote 2 words to <code>a.yaml</code>.");
  vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
  learn("zh-CN", { [TEXT]: "{file} 中的 {count, plural, other {# 个词}}由 {who} 写入。" });
  expect(written()).toBe("<code>a.yaml</code> 中的 2 个词由 <b>kim</b> 写入。");
});
