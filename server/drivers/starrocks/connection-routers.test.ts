import { describe, expect, it } from "vitest";
import type { Finding } from "#lib/wire/configuration.ts";
import { routerConfig } from "#server/routers/config.ts";
import type { RouterFinding } from "#server/routers/router.ts";
import { askRouters } from "./connection-routers.ts";
import { routerOf, routerSection } from "./testing/site-router.ts";
import { aSite } from "./testing/site.ts";

const { signal } = new AbortController();
const answers = {
  id: "router-answers",
  server: null,
  title: "lb answers, and may be told",
  severity: "blocks",
} as const;

async function found(findings: readonly RouterFinding[]): Promise<readonly Finding[]> {
  const { router } = aSite("4.0.7", "4.0.8");
  router.findings = [...findings];
  const config = routerConfig.parse(routerSection(["fe-1", "fe-2"]));
  const noted: Finding[] = [];
  await askRouters(
    { routers: [{ config, router: routerOf(router, config, 0) }] },
    (...each) => void noted.push(...each),
    signal,
  );
  return noted;
}

describe("a router before the FEs, in a test of the connection", () => {
  it("that answers and may be told is said so once, with the nodes that it stands before", async () => {
    const note = { ...answers, severity: "note", verdict: "unknown", evidence: "no file", remedy: "name it" } as const;
    expect(await found([{ ...answers, verdict: "pass", evidence: "level admin", remedy: "" }, note])).toEqual([
      {
        about: "routers",
        field: "routers[0]",
        title: "lb answers, and may be told",
        verdict: "pass",
        evidence: "level admin; it stands before fe-1, fe-2",
        remedy: "",
      },
    ]);
  });

  it("that may not be told, or knows no such server, is said with what to do, and nothing beside it", async () => {
    const told = await found([
      { ...answers, verdict: "fail", evidence: "level user: it would refuse", remedy: "level admin" },
      { ...answers, id: "router-knows", title: "lb knows mysql/fe-1", verdict: "pass", evidence: "UP", remedy: "" },
    ]);
    expect(told).toMatchObject([{ verdict: "fail", evidence: "level user: it would refuse", remedy: "level admin" }]);
  });
});
