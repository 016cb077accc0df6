/** Our own statement through each FE, on a connection that nothing else uses. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { FrontDoors, Knock } from "#server/probe/front-doors.ts";
import { readSecret } from "../shared/secrets.ts";
import { FrontendSql } from "./sql.ts";
import type { World } from "./world.ts";

export function createFrontDoors(world: World): FrontDoors {
  const { statement, database, everyMs, balancers } = world.config.probe;
  const connections = new Map<NodeId, FrontendSql>();
  /** An FE that was dead before anybody asked is no door that clients use. */
  const opened = new Set<NodeId>();

  function connectionTo(door: NodeId): FrontendSql | null {
    const node = world.frontends.find(({ id }) => id === door);
    if (node === undefined || node.queryPort === null) return null;
    const known = connections.get(door);
    if (known !== undefined) return known;
    const { user, password } = world.config.account;
    const address = { host: node.host, port: node.queryPort, ...(database === undefined ? {} : { database }) };
    const made = new FrontendSql(address, { user, password: () => readSecret(password) });
    connections.set(door, made);
    return made;
  }

  /** A connection of its own each time, as most clients have it: one that stayed would hold up the drain of the FE behind. */
  async function knockAt(address: string): Promise<Knock> {
    const colon = address.lastIndexOf(":");
    const target = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    const { user, password } = world.config.account;
    const connection = new FrontendSql(
      { ...target, ...(database === undefined ? {} : { database }) },
      { user, password: () => readSecret(password) },
    );
    const answer = await connection.ask(statement, world.statementTimeoutMs);
    connection.close();
    return answer.ok ? { answer: "ok" } : { answer: "failed", error: answer.failure.message };
  }

  return {
    leastEveryMs: everyMs,
    doors: () => [...Object.keys(balancers), ...world.frontends.map(({ id }) => id)],
    async knock(door): Promise<Knock> {
      const balancer = balancers[door];
      if (balancer !== undefined) return await knockAt(balancer);
      const node = world.frontends.find(({ id }) => id === door);
      if (node === undefined) return { answer: "notSent", why: `${door} is not in the cluster any more` };
      if (world.leaving.has(door)) return { answer: "notSent", why: `${door} was told to leave` };
      if (!node.alive && !opened.has(door)) return { answer: "notSent", why: `${door} is not alive` };
      const connection = connectionTo(door);
      if (connection === null) return { answer: "notSent", why: `nothing tells the query port of ${door}` };
      const answer = await connection.ask(statement, world.statementTimeoutMs);
      if (answer.ok) opened.add(door);
      return answer.ok ? { answer: "ok" } : { answer: "failed", error: answer.failure.message };
    },
    leave(door) {
      connections.get(door)?.close();
      connections.delete(door);
    },
  };
}
