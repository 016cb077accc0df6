import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { late } from "./late.tsx";

describe("a late part", () => {
  it("is rendered in its place by the server, with nothing to be put there afterwards", async () => {
    const Part = late(() => Promise.resolve(({ text }: { readonly text: string }) => createElement("b", null, text)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(renderToString(createElement(Part, { text: "it waits" }))).toBe("<!--$--><b>it waits</b><!--/$-->");
  });
});
