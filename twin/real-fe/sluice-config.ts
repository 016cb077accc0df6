import { join } from "node:path";
import { stringify } from "yaml";
import type { TwinNode } from "../layout.ts";
import type { Place } from "./network.ts";

/** What a console is to be told of a twin with real front ends: each of them runs in a place of its own. */
export function realSluiceConfig(root: string, nodes: readonly TwinNode[], place: Place, javaHome: string): string {
  const frontends = nodes.filter(({ role }) => role === "fe");
  const hostOf = (node: TwinNode): string => (place.before(node).length === 0 ? "local" : node.name);
  const apart = frontends.filter((node) => hostOf(node) !== "local");
  return stringify({
    clusters: [
      {
        id: "twin",
        name: "twin",
        system: "starrocks",
        frontends: frontends.map(({ host }) => `${host}:${place.ports.query}`),
        account: { user: "root", password: `file:${join(root, "password")}` },
        hosts: [
          { name: "local", kind: "local" },
          ...apart.map((node) => ({ name: node.name, kind: "local", prefix: [...place.before(node)] })),
        ],
        nodes: Object.fromEntries(
          nodes.map((node) => [
            `${node.host}:${node.role === "fe" ? place.ports.editLog : 9050}`,
            { name: node.name, host: hostOf(node), home: node.home },
          ]),
        ),
        install: { strategy: "swap", artifacts: join(root, "artifacts") },
        javaHome,
      },
    ],
  });
}
