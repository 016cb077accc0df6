import { starRocksConfig, type StarRocksConfig } from "../config.ts";
import { backendRows, computeNodeRows, frontendRows } from "../rows.ts";
import { nodesOf, type StarRocksNode } from "../topology.ts";
import { recordedRows } from "./recorded.contract.ts";

export function aConfig(rest: Readonly<Record<string, unknown>> = {}): StarRocksConfig {
  return starRocksConfig.parse({
    id: "shop",
    name: "Shop",
    system: "starrocks",
    frontends: ["192.0.2.1:9030"],
    account: { user: "sluice", password: "env:SLUICE_PASSWORD" },
    hosts: [{ name: "h1", kind: "local" }],
    nodes: { "192.0.2.11:9050": { name: "be-01", host: "h1", home: "/opt/be", exitLimitS: 120 } },
    ...rest,
  });
}

/** The nodes of the recorded cluster: three FEs (fe2 on 4.0.8), four BEs, two CNs. */
export function recordedNodes(config: StarRocksConfig = aConfig()): readonly StarRocksNode[] {
  return nodesOf(
    config,
    frontendRows(recordedRows("SHOW FRONTENDS")) ?? [],
    backendRows(recordedRows("SHOW BACKENDS")) ?? [],
    computeNodeRows(recordedRows("SHOW COMPUTE NODES")) ?? [],
  );
}

export function recordedNode(address: string): StarRocksNode {
  const found = recordedNodes().find((node) => node.address === address);
  if (found === undefined) throw new Error(`${address} was not recorded`);
  return found;
}
