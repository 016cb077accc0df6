/** Each configuration of docs/systems/mdex.md is run: as it stands there, but for where its Dgraphs, files and balancer lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { startController, type Controlled } from "#twin/mdex/controlled.ts";
import { until } from "#twin/mdex/harness.ts";
import { mdexConfig } from "./config.ts";
import { restartOf } from "../servers/testing/plans.ts";
import { makeSite, type Laid, type Section, type Site } from "./testing/site.ts";

const PAGE = join(import.meta.dirname, "../../../docs/systems/mdex.md");
const { signal } = new AbortController();
const lacks = whatHaproxyLacks();

const example = z.tuple([
  z.looseObject({
    hosts: z.array(z.looseObject({ name: z.string() })),
    routers: z.array(z.looseObject({})).optional(),
    install: z.looseObject({}).optional(),
    controller: z.looseObject({ app: z.string() }).optional(),
    nodes: z.array(
      z.looseObject({ name: z.string(), owner: z.looseObject({ kind: z.string(), component: z.string().optional() }) }),
    ),
  }),
]);

const examples = [...readFileSync(PAGE, "utf8").matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text = ""]) => example.parse(parse(text))[0],
);

let site: Site | null = null;
let front: Haproxy | null = null;
let controller: Controlled | null = null;
afterEach(async () => {
  controller?.stop();
  await site?.stop();
  await front?.stop();
  [site, front, controller] = [null, null, null];
});

/** The example, on this machine. */
async function placed(given: (typeof examples)[number], laid: readonly Laid[], usual: Section): Promise<Section> {
  const { routers, install } = given;
  if (routers !== undefined) {
    const servers = laid.map(({ name, engine: { host, port } }) => ({ name, host, port }));
    front = await startHaproxy({ servers, backend: "search", check: "httpchk GET /graph?node=0" });
  }
  if (given.controller !== undefined) controller = await controllerOf(given.controller.app, given, laid);
  const nodes = given.nodes.map((node, index) => {
    const [here, engine] = [usual.nodes[index], laid[index]?.engine];
    if (here === undefined || engine === undefined) throw new Error("the page names more nodes than were laid");
    const { pidFile, argv } = engine;
    const owner = { ...node.owner, pidFile, ...(node.owner.kind === "signal" ? { start: argv } : {}) };
    return { ...node, address: here["address"], home: here["home"], log: here["log"], owner };
  });
  return {
    ...given,
    hosts: given.hosts.map(({ name }) => ({ name, kind: "local" })),
    nodes,
    ...(front === null ? {} : { routers: routers?.map((router) => ({ ...router, socket: front?.socket })) }),
    ...(controller === null ? {} : { controller: { ...given.controller, eaccmd: controller.eaccmd } }),
    ...(install === undefined ? {} : { install: usual["install"] }),
  };
}

async function controllerOf(app: string, given: (typeof examples)[number], laid: readonly Laid[]): Promise<Controlled> {
  const components = laid.map(({ engine }, index) => {
    const url = `http://${engine.host}:${engine.port}/admin?op=`;
    return {
      id: given.nodes[index]?.owner.component ?? "",
      restartGroup: "A",
      argv: engine.argv,
      workingDir: `${engine.home}/current`,
      logFile: `${engine.home}/out`,
      exitUrl: `${url}exit`,
      pingUrl: `${url}ping`,
    };
  });
  const [first] = laid;
  if (first === undefined) throw new Error("there is no Dgraph");
  const times = { shutdownTimeOutSecs: 30, startupTimeoutSecs: 60, secondMs: 1000 };
  return await startController(first.engine, { app, components, ...times });
}

describe("the page of the MDEX Engine", () => {
  it("has an example of each way", () => {
    expect(examples.map(({ nodes }) => nodes[0]?.owner.kind)).toEqual(["signal", "eac"]);
    for (const each of examples) expect(mdexConfig.safeParse(each).error).toBeUndefined();
  });

  for (const given of examples) {
    const kind = given.nodes[0]?.owner.kind ?? "";
    const test = given.routers !== undefined && lacks !== null ? it.skip : it;
    test(`gives a configuration by which Dgraphs with owner ${kind} are checked, ended and started`, async () => {
      const names = given.nodes.map(({ name }) => name);
      const made = await makeSite({ names, section: async (laid, usual) => await placed(given, laid, usual) });
      site = made;
      const driver = made.driver();
      await made.start(driver);
      const plan = await driver.plan(restartOf(), signal);
      if (!plan.ok) throw new Error(plan.why);
      const checks = await driver.preflight(plan.value, signal);
      const blocking = checks.filter(({ severity, verdict }) => severity !== "note" && verdict !== "pass");
      expect(blocking.map(({ title, evidence }) => `${title}: ${evidence}`)).toEqual([]);
      const [nodeId = ""] = names;
      const before = (await driver.readNode(nodeId, true, signal)).identity?.value ?? null;
      const act = { nodeId, limitMs: 10_000, how: "graceful", identity: before } as const;
      expect(await driver.exit("page/exit", act, signal)).toMatchObject({
        outcome: "done",
        evidence: expect.stringContaining("exiting normally"),
      });
      expect(await driver.start("page/start", nodeId, signal)).toMatchObject({ outcome: "done" });
      await until(async () => (await made.engine(nodeId).query(0)).is === "answered");
      expect((await driver.readNode(nodeId, true, signal)).identity?.value).not.toBe(before);
    });
  }
});
