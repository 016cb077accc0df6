import type { FeLog } from "../fe-log.ts";
import type { Live } from "../live.ts";
import type { FrontendRecord, NodeRecord } from "../store/records.ts";
import { put, type Change, type Store } from "../store/store.ts";
import { askFrontend, type FrontendAnswer } from "./ask-frontend.ts";
import { askNode, type Sender } from "./ask-node.ts";
import { afterFrontendBeat } from "./frontend-machine.ts";
import { afterBeat, type NodeBeat } from "./machine.ts";

export type HeartbeatOptions = {
  readonly sender: () => Sender;
  readonly ownName: string;
  /** The leader's own answer to itself, which needs no request. */
  readonly ownAnswer: () => FrontendAnswer;
  readonly periodMs: () => number;
  readonly retryTimes: () => number;
  readonly knowsShutdown: boolean;
  readonly leads: () => boolean;
  readonly append: (changes: readonly Change[]) => Promise<boolean>;
  readonly nowMs: () => number;
  /** After each round, with the journal written. */
  readonly roundEnded: () => void;
};

/**
 * The leader's heartbeats (HeartbeatMgr.java): `heartbeat_timeout_second` is the period and the time-out, all nodes are
 * asked at once, and the round waits for the slowest.
 */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  readonly #store: Store;
  readonly #live: Live;
  readonly #log: FeLog;
  #running = false;

  constructor(options: HeartbeatOptions, store: Store, live: Live, log: FeLog) {
    this.#options = options;
    this.#store = store;
    this.#live = live;
    this.#log = log;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#live.forgetHeartbeats();
    void this.#run();
  }

  stop(): void {
    this.#running = false;
  }

  async #run(): Promise<void> {
    while (this.#running && this.#options.leads()) {
      const beganMs = this.#options.nowMs();
      await this.#round();
      const left = beganMs + this.#options.periodMs() - this.#options.nowMs();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
    }
    this.#running = false;
  }

  async #round(): Promise<void> {
    const sender = this.#options.sender();
    const timeoutMs = this.#options.periodMs();
    const nodes = [...this.#store.nodes.values()].map(async (node) => ({
      id: node.id,
      beat: await askNode(node, sender, timeoutMs, this.#options.knowsShutdown),
    }));
    const frontends = [...this.#store.frontends.values()].map(async (frontend) => ({
      name: frontend.name,
      answer:
        frontend.name === this.#options.ownName
          ? this.#options.ownAnswer()
          : await askFrontend(frontend, sender, timeoutMs),
    }));
    const [nodeBeats, frontendBeats] = await Promise.all([Promise.all(nodes), Promise.all(frontends)]);
    if (!this.#running || !this.#options.leads()) return;
    const changes = [
      ...nodeBeats.flatMap(({ id, beat }) => this.#nodeChanges(this.#store.nodes.get(String(id)), beat)),
      ...frontendBeats.flatMap(({ name, answer }) => this.#frontendChanges(this.#store.frontends.get(name), answer)),
    ];
    if (changes.length > 0) await this.#options.append(changes);
    this.#options.roundEnded();
  }

  #nodeChanges(record: NodeRecord | undefined, beat: NodeBeat): readonly Change[] {
    if (record === undefined) return [];
    const nowMs = this.#options.nowMs();
    const live = this.#live.node(record.id);
    const after = afterBeat(record, live.failures, beat, this.#options.retryTimes(), nowMs);
    live.failures = after.failures;
    if (beat.outcome === "failed") {
      live.lastMissMs = nowMs;
      this.#log.warn("heartbeat mgr", "HeartbeatMgr", `get bad heartbeat response: ${record.host}, ${beat.message}`);
    } else live.lastHeartbeatMs = nowMs;
    if (after.log !== null) this.#log.info("heartbeat mgr", "ComputeNode.handleHbResponse()", after.log);
    return after.changed ? [put("nodes", record.id, after.record)] : [];
  }

  #frontendChanges(record: FrontendRecord | undefined, answer: FrontendAnswer): readonly Change[] {
    if (record === undefined) return [];
    const live = this.#live.frontend(record.name);
    const after = afterFrontendBeat(record, live.failures, answer.beat, this.#options.retryTimes());
    live.failures = after.failures;
    if (answer.beat.outcome === "ok") {
      live.lastHeartbeatMs = this.#options.nowMs();
      live.replayedJournalId = answer.replayedJournalId;
    }
    const stamped = { ...after.record, lastHeartbeatMs: live.lastHeartbeatMs ?? record.lastHeartbeatMs };
    return after.changed ? [put("frontends", record.name, stamped)] : [];
  }
}
