import { call } from "../thrift/client.ts";
import {
  type Fields,
  fields,
  i32,
  i64,
  list,
  listAt,
  map,
  numberAt,
  struct,
  structAt,
  type ThriftValue,
} from "../thrift/codec.ts";
import { serve, type ThriftServer } from "../thrift/server.ts";
import { status } from "./heartbeat.ts";
import type { Backend } from "./node.ts";

import { pathHash, type ReportVersions, sender } from "./reports.ts";
import { tabletInfo } from "./tablets.ts";

/** TTaskType, the two that change what a twin has. All others are answered "done". */
const CREATE = 0;
const DROP = 1;

/** The agent service on `be_port`: tasks from the leader (tablets to create and drop), and what it asks of them. */
export function serveAgent(node: Backend, versions: ReportVersions): Promise<ThriftServer> {
  return serve(node.host, node.ports.be, (name, args) => {
    if (name === "submit_tasks") {
      for (const task of listAt(args, 1) ?? []) if (task.type === "struct") void finish(node, task.fields, versions);
      return fields({ 0: struct({ 1: status() }) });
    }
    if (name === "get_tablet_stat") return fields({ 0: struct({ 1: tabletStatistics(node) }) });
    return fields({ 0: status() });
  });
}

/** Carries a task out and says so to the leader (TFinishTaskRequest). */
async function finish(node: Backend, task: Fields, versions: ReportVersions): Promise<void> {
  const kind = numberAt(task, 2) ?? -1;
  const created = kind === CREATE ? create(node, structAt(task, 5)) : null;
  if (kind === DROP) node.tablets.drop(numberAt(structAt(task, 6) ?? fields({}), 1) ?? -1);
  const leader = node.leader.now();
  if (leader === null) return;
  const request = struct({
    1: sender(node),
    2: i32(kind),
    3: i64(numberAt(task, 3) ?? 0),
    4: status(),
    5: i64(versions.next()),
    6: created === null ? null : list("struct", [created]),
  });
  const answer = await call(leader.host, leader.rpcPort, "finishTask", fields({ 1: request }), 5000, node.host);
  if (!answer.ok) node.log.error("task_worker_pool.cpp:1024", `finish task failed: ${answer.message}`);
}

/** TCreateTabletReq: 1 tablet id, 2 schema {2 hash}, 3 version, 10 partition id. */
function create(node: Backend, request: Fields | null): ThriftValue | null {
  const id = request === null ? null : numberAt(request, 1);
  if (request === null || id === null) return null;
  const tablet = {
    id,
    schemaHash: numberAt(structAt(request, 2) ?? fields({}), 2) ?? 0,
    version: numberAt(request, 3) ?? 1,
    partitionId: numberAt(request, 10) ?? 0,
  };
  node.tablets.create(tablet);
  return tabletInfo(tablet, pathHash(node));
}

function tabletStatistics(node: Backend): ThriftValue {
  return map(
    "i64",
    "struct",
    node.tablets
      .all()
      .map((tablet): [ThriftValue, ThriftValue] => [
        i64(tablet.id),
        struct({ 1: i64(tablet.id), 2: i64(1024), 3: i64(10), 4: i64(1) }),
      ]),
  );
}
