import { call } from "#twin/thrift/client.ts";
import { fields, i32, i64, list, struct, type ThriftValue } from "#twin/thrift/codec.ts";
import type { Fe } from "../fe.ts";
import type { TableRecord } from "../store/records.ts";

const createTask = 0;

/** Has each backend make its tablets, as the real task does; they show in its reports. */
export async function createOnBackends(fe: Fe, table: TableRecord): Promise<void> {
  const asked = [...fe.store.nodes.values()].flatMap((node) => {
    const tasks = table.tablets
      .filter((tablet) => tablet.replicas.some((replica) => replica.backendId === node.id))
      .map((tablet) => taskOf(tablet.id, table.partitionId));
    if (tasks.length === 0) return [];
    return [call(node.host, node.bePort, "submit_tasks", fields({ 1: list("struct", tasks) }), 5000, fe.host)];
  });
  await Promise.all(asked);
}

/** TAgentTaskRequest with its TCreateTabletReq, as far as a backend of the twin (or be.py) reads it. */
function taskOf(tabletId: number, partitionId: number): ThriftValue {
  return struct({
    1: i32(0),
    2: i32(createTask),
    3: i64(tabletId),
    5: struct({ 1: i64(tabletId), 2: struct({ 1: i32(0), 2: i32(0) }), 3: i64(1), 10: i64(partitionId) }),
  });
}
