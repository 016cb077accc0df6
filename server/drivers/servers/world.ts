/** What every part of the base driver stands on: the nodes of the configuration, each with its host, owner and routes. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer, Clock, Log, Sent } from "#server/orchestrator/ports.ts";
import { serversOf, type RouterConfig } from "#server/routers/config.ts";
import type { Router } from "#server/routers/router.ts";
import type { HostConfig } from "../shared/host-config.ts";
import type { HostPlace } from "../shared/run-at.ts";
import { routesOf, serverNodeOf, type NamedRoute, type ServerNodeConfig, type ServersConfig } from "./config.ts";
import { createOwners } from "./owners/create.ts";
import type { LastEnd, Owner, OwnerLook } from "./owner.ts";
import type { ServerNode } from "./server-node.ts";
import type { Service } from "./service.ts";

export type ServersDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of everything that is sent on purpose; polls tell what they asked in each fact. */
  readonly sent: (sent: Sent) => void;
  readonly connectHost: (host: HostConfig) => Host;
  /** `host`: where its commands run; null is this machine. */
  readonly connectRouter: (config: RouterConfig, host: Host | null, sent: RouterSent) => Router;
};

export type RouterSent = (what: {
  readonly server: string | null;
  readonly where: string;
  readonly text: string;
  readonly result: string;
}) => void;

/** One of the cluster's nodes, with all that it takes to act on it. */
export type Server = {
  readonly node: ServerNode;
  readonly config: ServerNodeConfig;
  readonly place: HostPlace;
  readonly owner: Owner;
  readonly routes: readonly (NamedRoute & { readonly via: Router })[];
};

type Looked = { readonly atMs: number; readonly answer: Answer<OwnerLook> };

export class ServersWorld {
  readonly config: ServersConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly service: Service;
  readonly servers: readonly Server[];
  readonly routers: readonly Router[];
  /** How each node ended last, as far as somebody told: the gates after its return show it. */
  readonly lastEnds = new Map<NodeId, LastEnd>();
  /** Exits under way: when each is to be over. A person may bring that closer. */
  readonly deadlines = new Map<NodeId, number | null>();
  /** What became of each word to end sooner, by its command: asked again it is not a second one. */
  readonly shortened = new Map<string, Outcome>();
  #sent: ServersDeps["sent"];
  #byId: ReadonlyMap<NodeId, Server>;
  #looks = new Map<NodeId, Looked>();
  #looking = new Map<NodeId, { readonly atMs: number; readonly look: Promise<Looked> }>();
  #locks = new Map<NodeId, Promise<void>>();

  constructor(config: ServersConfig, service: Service, deps: ServersDeps) {
    this.config = config;
    this.service = service;
    this.clock = deps.clock;
    this.log = deps.log;
    this.#sent = deps.sent;
    const hosts = new Map(config.hosts.map((host) => [host.name, deps.connectHost(host)]));
    const routers = new Map(
      config.routers.map((router) => {
        const host = router.host === undefined ? null : (hosts.get(router.host) ?? null);
        return [router.name, deps.connectRouter(router, host, (what) => this.#sentByRouter(router, what))];
      }),
    );
    this.routers = [...routers.values()];
    const own = createOwners();
    this.servers = config.nodes.flatMap((each): readonly Server[] => {
      const node = serverNodeOf(each);
      const host = hosts.get(node.machine);
      // The configuration was refused if it named no such host.
      if (host === undefined) return [];
      const place = { node, host, home: node.home };
      const routes = routesOf(config, node.id).flatMap((route) => {
        const via = routers.get(route.router);
        return via === undefined ? [] : [{ ...route, via }];
      });
      const dir = config.install?.strategy === "symlink" ? `${node.home}/${config.install.link}` : node.home;
      return [{ node, config: each, place, owner: own(each.owner, { world: this, place, dir }), routes }];
    });
    this.#byId = new Map(this.servers.map((server) => [server.node.id, server]));
  }

  server(nodeId: NodeId): Server | null {
    return this.#byId.get(nodeId) ?? null;
  }

  tell(nodeId: NodeId | null, where: string, text: string, result: string): void {
    this.#sent({ atMs: this.clock.now(), nodeId, where, text, result });
  }

  #sentByRouter(router: RouterConfig, { server, where, text, result }: Parameters<RouterSent>[0]): void {
    const nodes = Object.keys(router.servers);
    this.tell(
      nodes.find((id) => server !== null && serversOf(router, id).includes(server)) ?? null,
      where,
      text,
      result,
    );
  }

  /** The owner's word, not older than this; whoever asks at the same time shares one look. */
  async look({ node, owner }: Server, maxAgeMs: number, signal: AbortSignal): Promise<Looked> {
    const nowMs = this.clock.now();
    const known = this.#looks.get(node.id);
    if (known !== undefined && nowMs - known.atMs <= maxAgeMs) return known;
    const under = this.#looking.get(node.id);
    if (under !== undefined && nowMs - under.atMs <= maxAgeMs) return await under.look;
    const look = owner.look(maxAgeMs < 1000, signal).then((answer) => {
      const looked = { atMs: nowMs, answer };
      // Who was called off in the middle knows nothing.
      if (!signal.aborted) this.#looks.set(node.id, looked);
      if (answer.ok && answer.value.lastEnd !== null) this.lastEnds.set(node.id, answer.value.lastEnd);
      this.#looking.delete(node.id);
      return looked;
    });
    this.#looking.set(node.id, { atMs: nowMs, look });
    return await look;
  }

  /** Now, by a look of its own. */
  async lookNow(server: Server, signal: AbortSignal): Promise<Answer<OwnerLook>> {
    return (await this.look(server, -1, signal)).answer;
  }

  /** One act at a time on a node's files and process. */
  async alone<T>(nodeId: NodeId, act: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(nodeId) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#locks.set(
      nodeId,
      before.then(async () => await promise),
    );
    await before;
    try {
      return await act();
    } finally {
      resolve();
    }
  }
}

export function notThere(nodeId: NodeId): string {
  return `${nodeId} is not in the configuration any more`;
}
