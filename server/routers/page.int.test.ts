/** docs/routers.md: each example is read as it stands, and run with the addresses of a real router in the place of its own. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { routerConfig, serversOf } from "./config.ts";
import { rowOf } from "./router.contract.ts";
import { whatHaproxyLacks } from "./testing/haproxy.ts";
import { whatNginxLacks } from "./testing/nginx.ts";
import { freePorts } from "#server/testing/ports.ts";
import { routerFor, withHaproxy, withNginx } from "./testing/under-test.ts";

const signal = new AbortController().signal;
const page = readFileSync(new URL("../../docs/routers.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

/** The example of a kind, its own addresses replaced. */
function exampleOf(kind: string, places: Readonly<Record<string, string>>): string {
  const text = examples.find((one) => one.includes(`kind: ${kind}\n`)) ?? "";
  return Object.entries(places).reduce((now, [from, to]) => {
    expect(now).toContain(from);
    return now.replaceAll(from, to);
  }, text);
}

async function runs(text: string): Promise<void> {
  const config = routerConfig.parse(parse(text));
  const [server = ""] = serversOf(config, "one");
  const router = routerFor(config);
  expect(await rowOf(router, server)).toMatchObject({ route: "in" });
  expect(await router.takeOut(server, signal)).toMatchObject({ outcome: "done" });
  expect(await rowOf(router, server)).toMatchObject({ route: "out" });
  expect(await router.letIn(server, signal)).toMatchObject({ outcome: "done" });
  expect(await rowOf(router, server)).toMatchObject({ route: "in" });
}

it("every example is a configuration as it stands", () => {
  expect(examples.map((text) => routerConfig.parse(parse(text)).kind)).toEqual(["haproxy", "nginx", "command"]);
});

it.skipIf(whatHaproxyLacks() !== null)("the example of HAProxy runs", async () => {
  await withHaproxy({}, async ({ haproxy: { socket, configFile } }) => {
    await runs(exampleOf("haproxy", { "/run/haproxy/admin.sock": socket, "/etc/haproxy/haproxy.cfg": configFile }));
  });
});

it.skipIf(whatNginxLacks() !== null)("the example of nginx runs", async () => {
  await withNginx(async ({ nginx, one, other }) => {
    const places = {
      "/etc/nginx/conf.d/upstreams.conf": nginx.file,
      "/etc/nginx/nginx.conf": nginx.configFile,
      "/run/nginx.pid": nginx.pidFile,
      "10.20.4.11:8080": `127.0.0.1:${one.port}`,
      "10.20.4.12:8080": `127.0.0.1:${other.port}`,
    };
    await runs(exampleOf("nginx", places));
  });
});

/** What of Consul's agent the example asks: maintenance of a service, and the services that pass. */
const away = new Set<string>();
const agent = createServer(({ method, url = "" }, response) => {
  const { pathname, searchParams } = new URL(url, "http://agent");
  const id = /^\/v1\/agent\/service\/maintenance\/([^/]+)$/.exec(pathname)?.[1];
  if (method === "PUT" && id !== undefined) {
    if (searchParams.get("enable") === "true") away.add(id);
    else away.delete(id);
  }
  const passing = ["web-one", "web-other"].filter((service) => !away.has(service));
  response.end(JSON.stringify(passing.map((ID) => ({ Service: { ID } }))));
});
let port = 0;

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  await new Promise<void>((resolve) => agent.listen(port, "127.0.0.1", resolve));
});

afterAll(async () => {
  await new Promise((resolve) => agent.close(resolve));
});

it.skipIf(spawnSync("curl", ["-V"]).error !== undefined)(
  "the example of commands runs, Consul being played",
  async () => {
    await runs(exampleOf("command", { "127.0.0.1:8500": `127.0.0.1:${port}` }));
  },
);
