import { freemem, totalmem, cpus } from "node:os";
import { beSlow } from "#twin/faults/here.ts";
import type { Fe } from "../fe.ts";
import { json, type Action } from "./server.ts";

/** 500 with an empty body during a graceful exit (3.4.2); counts backends only, never compute nodes. */
export const healthAction: Action = ({ fe, path }) => {
  if (path !== "/api/health") return null;
  if (fe.role.exiting) return { status: 500, type: "text/html", body: "" };
  const backends = [...fe.store.nodes.values()].filter((node) => node.kind === "be");
  return json(
    {
      online_backend_num: backends.filter((node) => node.alive).length,
      total_backend_num: backends.length,
      status: "OK",
    },
    "application/json; charset=UTF-8",
  );
};

const outcome = (status: string, msg: string): object => ({ status, code: "0", msg, message: "OK" });
const nothing = {
  replayedJournalId: 0,
  queryPort: 0,
  rpcPort: 0,
  feStartTime: 0,
  heapUsedPercent: 0,
  cpuCores: 0,
} as const;

/** BootstrapFinishAction.java: details only for one that knows the cluster's id and token. */
export const bootstrapAction: Action = async ({ fe, path, query }) => {
  if (path !== "/api/bootstrap") return null;
  await beSlow(fe.home.node, "heartbeatsMs");
  if (!fe.role.ready) return javaJson({ ...nothing, ...outcome("FAILED", "not ready") });
  const clusterId = query.get("cluster_id");
  if (clusterId === null) return javaJson({ ...nothing, ...outcome("OK", "Success") });
  const about = fe.store.about;
  if (about === null || clusterId !== String(about.clusterId) || query.get("token") !== about.token)
    return javaJson({ ...nothing, ...outcome("FAILED", "invalid parameter") });
  return javaJson({ ...details(fe), ...outcome("OK", "Success") });
};

function details(fe: Fe): object {
  return {
    replayedJournalId: fe.group.lastId,
    queryPort: fe.ports.query,
    rpcPort: fe.ports.rpc,
    feStartTime: fe.role.startedMs,
    feVersion: fe.version,
    heapUsedPercent: Number((100 * (1 - freemem() / totalmem())).toFixed(2)),
    cpuCores: cpus().length,
  };
}

/** Java writes the float zero as `0.0`. */
function javaJson(body: object): ReturnType<typeof json> {
  return {
    status: 200,
    type: "application/json",
    body: JSON.stringify(body).replace('"heapUsedPercent":0,', '"heapUsedPercent":0.0,'),
  };
}
