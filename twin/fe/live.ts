/** What only the leader knows, from heartbeats and reports, and no journal keeps. */
export type Usage = {
  readonly atMs: number;
  readonly runningQueries: number;
  readonly memoryLimitBytes: number;
  readonly memoryUsedBytes: number;
  readonly cpuPermille: number;
};

export type Disk = {
  readonly path: string;
  readonly totalBytes: number;
  readonly dataUsedBytes: number;
  readonly availableBytes: number;
  readonly pathHash: string;
};

export type LiveNode = {
  failures: number;
  lastHeartbeatMs: number | null;
  lastMissMs: number | null;
  usage: Usage | null;
  disks: readonly Disk[];
  tabletsReportedMs: number | null;
};

export type LiveFrontend = { failures: number; lastHeartbeatMs: number | null; replayedJournalId: number };

export class Live {
  readonly #nodes = new Map<number, LiveNode>();
  readonly #frontends = new Map<string, LiveFrontend>();

  node(id: number): LiveNode {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const fresh: LiveNode = {
      failures: 0,
      lastHeartbeatMs: null,
      lastMissMs: null,
      usage: null,
      disks: [],
      tabletsReportedMs: null,
    };
    this.#nodes.set(id, fresh);
    return fresh;
  }

  frontend(name: string): LiveFrontend {
    const known = this.#frontends.get(name);
    if (known !== undefined) return known;
    const fresh: LiveFrontend = { failures: 0, lastHeartbeatMs: null, replayedJournalId: 0 };
    this.#frontends.set(name, fresh);
    return fresh;
  }

  /** A new leader begins with what the journal says, and counts misses anew. */
  forgetHeartbeats(): void {
    for (const node of this.#nodes.values()) {
      node.failures = 0;
      node.lastHeartbeatMs = null;
    }
    this.#frontends.clear();
  }
}
