/** One contract, three kinds: a real HAProxy, a real nginx, and commands that register with a real HAProxy. */
import { describe } from "vitest";
import type { RouterConfig } from "./config.ts";
import { routerContract } from "./router.contract.ts";
import { whatHaproxyLacks } from "./testing/haproxy.ts";
import { NGINX, whatNginxLacks } from "./testing/nginx.ts";
import { underTest, withHaproxy, withNginx } from "./testing/under-test.ts";

const noHaproxy = whatHaproxyLacks();
const noNginx = whatNginxLacks();

const both = { one: "web/one", other: "web/other" };

describe.skipIf(noHaproxy !== null)(`HAProxy${noHaproxy === null ? "" : `: ${noHaproxy}`}`, () => {
  for (const way of ["its UNIX socket", "its TCP socket", "a command on its host"] as const) {
    routerContract(`HAProxy by ${way}`, async (test) => {
      await withHaproxy({}, async ({ haproxy, one, other }) => {
        const socket = way === "its TCP socket" ? haproxy.tcpSocket : haproxy.socket;
        const host = way === "a command on its host" ? { host: "there" } : {};
        const config = { name: "lb", kind: "haproxy", socket, servers: both, ...host } as const;
        const under = underTest(config, haproxy, { name: both.one, web: one }, { name: both.other, web: other });
        await test(under);
      });
    });
  }

  routerContract("Commands", async (test) => {
    await withHaproxy({}, async ({ haproxy, one, other }) => {
      const tell = [process.execPath, "-e", RUNTIME, "--", haproxy.socket];
      const config: RouterConfig = {
        name: "registry",
        kind: "command",
        servers: both,
        deregister: [...tell, "set server {server} state drain"],
        register: [...tell, "set server {server} state ready"],
        readBack: { argv: [...tell, "show servers state"], contains: "{server} 0" },
        limitS: 5,
      };
      await test(underTest(config, haproxy, { name: both.one, web: one }, { name: both.other, web: other }));
    });
  });
});

describe.skipIf(noNginx !== null)(`nginx${noNginx === null ? "" : `: ${noNginx}`}`, () => {
  routerContract("nginx", async (test) => {
    await withNginx(async ({ nginx, one, other }) => {
      const { file, configFile, pidFile } = nginx;
      const names = { one: `web/127.0.0.1:${one.port}`, other: `web/127.0.0.1:${other.port}` };
      const config = { name: "web", kind: "nginx", binary: NGINX, file, configFile, pidFile, servers: names } as const;
      await test(underTest(config, nginx, { name: names.one, web: one }, { name: names.other, web: other }));
    });
  });
});

/** $1 a socket, $2 a command; of servers, it prints each with its administrative state. */
const RUNTIME = `
const [, socket, command] = process.argv;
let text = "";
require("node:net").connect(socket, function () { this.write(command + "\\n"); })
  .on("error", (error) => { console.error(error.message); process.exitCode = 2; })
  .on("data", (chunk) => { text += chunk; })
  .on("end", () => {
    if (!command.startsWith("show")) return void process.stdout.write(text.trim());
    const rows = text.split("\\n").map((line) => line.split(" ")).filter(([id, backend]) => /^\\d+$/.test(id) && backend);
    for (const [, backend, , name, , , admin] of rows) console.log(backend + "/" + name + " " + admin);
  });
`;
