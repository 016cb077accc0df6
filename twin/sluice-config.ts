import { join } from "node:path";
import { stringify } from "yaml";
import type { TwinNode } from "./layout.ts";

/** What a console is to be told of this twin: what SQL cannot tell, which is hosts, paths and the account. */
export function sluiceConfig(root: string, nodes: readonly TwinNode[]): string {
  const frontends = nodes.filter((node) => node.role === "fe").map((node) => `${node.host}:9030`);
  return stringify({
    clusters: [
      {
        id: "twin",
        name: "twin",
        system: "starrocks",
        frontends,
        account: { user: "root", password: `file:${join(root, "password")}` },
        hosts: [{ name: "local", kind: "local" }],
        nodes: Object.fromEntries(
          nodes.map((node) => [
            `${node.host}:${node.role === "fe" ? 9010 : 9050}`,
            { name: node.name, host: "local", home: node.home },
          ]),
        ),
        install: { strategy: "swap", artifacts: join(root, "artifacts") },
      },
    ],
  });
}
