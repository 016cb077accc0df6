import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { plainPage } from "./plain-page.ts";

const TOKENS = readFileSync(new URL("../../app/tokens.css", import.meta.url), "utf8");
const THEME_STORE = readFileSync(new URL("../../app/theme-script.ts", import.meta.url), "utf8");

it("a page without a session has the colours of the console, in both themes", () => {
  const page = plainPage({ nonce: "bm9uY2U=", header: "" }, "en", "Log in", "", "");
  const pairs = [...page.matchAll(/light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
  const [dark = "", light = ""] = TOKENS.split('\n[data-theme="light"]');
  expect(pairs.length).toBeGreaterThan(8);
  for (const [, inLight = "", inDark = ""] of pairs) {
    expect(light).toContain(`: ${inLight};`);
    expect(dark).toContain(`: ${inDark};`);
  }
});

it("a page without a session keeps the theme that was chosen", () => {
  const key = /"(sluice-theme)"/;
  const page = plainPage({ nonce: "bm9uY2U=", header: "" }, "en", "Log in", "", "");
  expect(key.exec(page)?.[1]).toBe(key.exec(THEME_STORE)?.[1]);
});
