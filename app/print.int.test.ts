import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** The custom properties of a rule, by name. */
function tokensOf(css: string, rule: RegExp): ReadonlyMap<string, string> {
  const body = rule.exec(css)?.[1] ?? "";
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));
}

it("paper has every colour of the light theme, whichever theme is chosen on the screen", () => {
  const light = tokensOf(read("./tokens.css"), /\n\[data-theme="light"\] \{([^}]*)\}/);
  const paper = tokensOf(read("./print.css"), /html\[data-theme\] \{([^}]*)\}/);
  expect(light.size).toBeGreaterThan(20);
  expect(paper).toEqual(light);
});
