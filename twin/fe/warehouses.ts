import type { Fe } from "./fe.ts";
import type { NodeRecord } from "./store/records.ts";

/** run_mode = shared_data: no replicas on backends; compute nodes, each in a warehouse, do all the work (facts, 5.8). */
export const isSharedData = (fe: Fe): boolean => fe.config.text("run_mode") === "shared_data";

export const defaultWarehouse = "default_warehouse";

/** Who scans, writes and loads: the backends, or in shared-data mode whoever is in the warehouse. */
export function workers(fe: Fe, warehouse = defaultWarehouse): readonly NodeRecord[] {
  const nodes = [...fe.store.nodes.values()];
  return isSharedData(fe)
    ? nodes.filter((node) => node.warehouse === warehouse)
    : nodes.filter((node) => node.kind === "be");
}

/** By name: the default one, which is there from the start, and those that were created. */
export function warehouses(
  fe: Fe,
): readonly { readonly id: number; readonly name: string; readonly createdMs: number }[] {
  return [{ id: 0, name: defaultWarehouse, createdMs: 0 }, ...fe.store.warehouses.values()];
}

export const noNodes = (warehouse: string): string =>
  `No alive backend or compute node in warehouse ${warehouse}. Also possible that there are no CN of any CNGroup in this warehouse.`;
