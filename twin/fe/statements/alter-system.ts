import { errorAnswer, okAnswer, type Answer } from "#twin/mysql/answers.ts";
import { newIds, others, written, type Fe } from "../fe.ts";
import { jsonAsk } from "../http/client.ts";
import type { FrontendRecord, NodeRecord } from "../store/records.ts";
import { put, remove, type Change } from "../store/store.ts";
import { newFrontend, newNode } from "./new-records.ts";
import { defaultWarehouse, warehouses } from "../warehouses.ts";
import { hostPorts, unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

const nodeNeeds = ["NODE"] as const;

const nodeKind = (words: string): NodeRecord["kind"] => (/compute/i.test(words) ? "cn" : "be");

function findNode(fe: Fe, kind: NodeRecord["kind"], host: string, port: number): NodeRecord | null {
  const nodes = [...fe.store.nodes.values()];
  return nodes.find((each) => each.kind === kind && each.host === host && each.heartbeatPort === port) ?? null;
}

const missing = (kind: NodeRecord["kind"], host: string, port: number): Answer =>
  errorAnswer(1064, `${kind === "be" ? "backend" : "compute node"} does not exist [${host}:${port}]`);

function addFrontend(fe: Fe, role: FrontendRecord["role"], host: string, port: number): Promise<Answer> | Answer {
  const known = [...fe.store.frontends.values()].some((each) => each.host === host && each.editLogPort === port);
  const about = fe.store.about;
  if (known || about === null) return errorAnswer(1064, `frontend already exists name: ${host}:${port}`);
  const frontend = newFrontend(about.nextFrontendId, host, port, role, fe.nowMs());
  return written(fe, [
    put("cluster", "cluster", { ...about, nextFrontendId: about.nextFrontendId + 1 }),
    put("frontends", frontend.name, frontend),
  ]);
}

function dropFrontend(fe: Fe, host: string, port: number): Promise<Answer> | Answer {
  const known = [...fe.store.frontends.values()].find((each) => each.host === host && each.editLogPort === port);
  if (known === undefined) return errorAnswer(1064, `frontend does not exist [${host}:${port}]`);
  if (known.name === fe.name) return errorAnswer(1064, "can not drop current master node.");
  return written(fe, [remove("frontends", known.name)]);
}

function addNodes(fe: Fe, kind: NodeRecord["kind"], text: string): Promise<Answer> | Answer {
  const targets = hostPorts(text);
  const warehouse = unquoted(/\binto\s+warehouse\s+(\S+)/i.exec(text)?.[1] ?? defaultWarehouse);
  if (!warehouses(fe).some((each) => each.name === warehouse))
    return errorAnswer(5906, `Warehouse name: ${warehouse} not exist.`);
  const double = targets.find(({ host, port }) => findNode(fe, kind, host, port) !== null);
  if (double !== undefined)
    return errorAnswer(
      1064,
      `Same ${kind === "be" ? "backend" : "compute node"} already exists[${double.host}:${double.port}]`,
    );
  const { first, change } = newIds(fe, targets.length);
  const nodes = targets.map(({ host, port }, index) => newNode(first + index, kind, host, port, warehouse));
  return written(fe, [change, ...nodes.map((node) => put("nodes", node.id, node))]);
}

function changeNodes(
  fe: Fe,
  kind: NodeRecord["kind"],
  targets: ReturnType<typeof hostPorts>,
  changeOf: (node: NodeRecord) => Change,
): Promise<Answer> | Answer {
  const changes: Change[] = [];
  for (const { host, port } of targets) {
    const node = findNode(fe, kind, host, port);
    if (node === null) return missing(kind, host, port);
    changes.push(changeOf(node));
  }
  return written(fe, changes);
}

/** The leader writes its image and gives it to the others; the log line is what an operator waits for. */
async function createImage(fe: Fe): Promise<Answer> {
  fe.group.writeImage();
  fe.counters.add("image_write");
  const asked = others(fe).map((each) =>
    jsonAsk({
      host: each.host,
      port: fe.ports.http,
      method: "POST",
      path: "/twin/fe/image",
      body: "{}",
      timeoutMs: 5000,
      localAddress: fe.host,
    }),
  );
  const took = (await Promise.all(asked)).filter((answer) => answer !== null).length;
  fe.counters.add("image_push", took);
  fe.log.info(
    "leaderCheckpointer",
    "CheckpointController.pushImage()",
    `push image.${fe.group.lastId} from subdir [] to other nodes. totally ${asked.length} nodes, push succeeded ${took} nodes`,
  );
  return okAnswer();
}

export const alterSystem: readonly Statement[] = [
  {
    pattern: /^alter\s+system\s+add\s+(follower|observer)\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) => {
      const target = hostPorts(match[2] ?? "")[0];
      if (target === undefined) return errorAnswer(1064, "Invalid host port");
      return addFrontend(fe, /follower/i.test(match[1] ?? "") ? "FOLLOWER" : "OBSERVER", target.host, target.port);
    },
  },
  {
    pattern: /^alter\s+system\s+drop\s+(follower|observer)\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) => {
      const target = hostPorts(match[2] ?? "")[0];
      return target === undefined ? errorAnswer(1064, "Invalid host port") : dropFrontend(fe, target.host, target.port);
    },
  },
  {
    pattern: /^alter\s+system\s+add\s+(backend|compute\s+node)\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) => addNodes(fe, nodeKind(match[1] ?? ""), match[2] ?? ""),
  },
  {
    pattern: /^alter\s+system\s+drop\s+(backend|compute\s+node)\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) =>
      changeNodes(fe, nodeKind(match[1] ?? ""), hostPorts(match[2] ?? ""), (node) => remove("nodes", node.id)),
  },
  {
    pattern: /^alter\s+system\s+decommission\s+backend\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) =>
      changeNodes(fe, "be", hostPorts(match[1] ?? ""), (node) =>
        put("nodes", node.id, { ...node, decommissioned: true }),
      ),
  },
  {
    pattern: /^cancel\s+decommission\s+backend\s+(.+)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) =>
      changeNodes(fe, "be", hostPorts(match[1] ?? ""), (node) =>
        put("nodes", node.id, { ...node, decommissioned: false }),
      ),
  },
  {
    pattern:
      /^alter\s+system\s+modify\s+backend\s+(["'][^"']+["'])\s+set\s*\(\s*["']labels\.location["']\s*=\s*["']([^"']*)["']\s*\)$/is,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }, match) =>
      changeNodes(fe, "be", hostPorts(match[1] ?? ""), (node) =>
        put("nodes", node.id, { ...node, location: match[2] ?? "" }),
      ),
  },
  {
    pattern: /^alter\s+system\s+create\s+image$/i,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: ({ fe }) => createImage(fe),
  },
  {
    pattern: /^alter\s+system\s+clean\s+tablet\s+scheduler\s+queue$/i,
    answeredBy: "leader",
    needs: nodeNeeds,
    run: () => okAnswer(),
  },
];
