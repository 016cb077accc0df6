import { dial } from "#twin/faults/network.ts";
import type { Fe } from "../fe.ts";
import type { NodeRecord } from "../store/records.ts";

/** Each second: AUTO entries go when the node is alive, its brpc port answers, and it did not fail too often of late. */
export async function checkBlacklists(fe: Fe): Promise<void> {
  const most = fe.config.number("black_host_connect_failures_within_time");
  for (const blacklist of [fe.backendBlacklist, fe.computeBlacklist])
    for (const id of blacklist.candidates(fe.nowMs(), most)) {
      const node = fe.store.nodes.get(String(id));
      if (node === undefined || (node.alive && (await answers(node, fe.host)))) blacklist.delete(id);
    }
}

function answers(node: NodeRecord, localAddress: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial({ host: node.host, port: node.brpcPort, localAddress });
    const done = (is: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(is);
    };
    const timer = setTimeout(() => done(false), 1000);
    socket.on("connect", () => done(true));
    socket.on("error", () => done(false));
  });
}
