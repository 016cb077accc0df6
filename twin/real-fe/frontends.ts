/** Real front ends: laid out in homes of their own, started by their own scripts. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwinNode } from "../layout.ts";
import { copyRelease, copyTree, type Distribution } from "./distribution.ts";
import type { Place } from "./network.ts";

export type FrontendSettings = {
  readonly root: string;
  readonly javaHome: string;
  readonly place: Place;
  readonly heapMb: number;
  readonly heartbeatSeconds: number;
};

export function layOutFrontend(settings: FrontendSettings, node: TwinNode, from: Distribution): void {
  copyRelease(from.home, node.home);
  copyTree(join(from.home, "conf"), join(node.home, "conf"), false);
  for (const folder of ["log", "meta"]) mkdirSync(join(node.home, folder), { recursive: true });
  // The operator's own fe.conf names places of theirs.
  writeFileSync(join(node.home, "conf/fe.conf"), `${confOf(settings, node).join("\n")}\n`);
}

function confOf({ root, javaHome, place, heapMb, heartbeatSeconds }: FrontendSettings, node: TwinNode): string[] {
  return [
    "LOG_DIR = ${STARROCKS_HOME}/log",
    `JAVA_HOME = ${javaHome}`,
    // By which every process of this twin is found again.
    `TWIN_ROOT = ${root}`,
    `JAVA_OPTS="-Dlog4j2.formatMsgNoLookups=true -Xmx${heapMb}m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"`,
    place.addressLine(node),
    `http_port = ${place.ports.http}`,
    `rpc_port = ${place.ports.rpc}`,
    `query_port = ${place.ports.query}`,
    `edit_log_port = ${place.ports.editLog}`,
    "run_mode = shared_nothing",
    `heartbeat_timeout_second = ${heartbeatSeconds}`,
    // What a front end asks of its backends by itself are queries, which nobody carries out here.
    "enable_statistic_collect = false",
    "statistic_manager_sleep_time_sec = 86400",
    "tablet_write_log_history_sync_interval_sec = 86400",
    "loads_history_sync_interval_second = 86400",
    "enable_task_history_archive = false",
    "table_keeper_interval_second = 86400",
  ];
}

export async function startFrontend(place: Place, node: TwinNode, helper: string | null): Promise<void> {
  const [program = "", ...args] = [
    ...place.before(node),
    join(node.home, "bin/start_fe.sh"),
    "--daemon",
    ...(helper === null ? [] : ["--helper", `${helper}:${place.ports.editLog}`]),
  ];
  await new Promise<void>((resolve, reject) => {
    execFile(program, args, { cwd: node.home }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${node.name} did not start: ${stdout}${stderr}`.trim()));
    });
  });
}
