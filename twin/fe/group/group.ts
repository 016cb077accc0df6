import { createServer, type Server, type Socket } from "node:net";
import { dial, guard } from "#twin/faults/network.ts";
import type { JournalFile } from "../store/journal-file.ts";
import { put, type Change, type Entry, type Store } from "../store/store.ts";
import type { VoteFile } from "./vote-file.ts";
import {
  ackSchema,
  ask,
  leaderLineSchema,
  onLines,
  questionSchema,
  sendLine,
  voteSchema,
  whoSchema,
  type LeaderLine,
  type Peer,
  type Question,
  type Who,
} from "./wire.ts";

/**
 * The FEs' replication group, which stands for BDB JE's: one member leads, the others follow its journal, a majority of
 * the followers (the leader among them) must have an entry before it counts.
 *
 *     seeking --found a leader--> following --lost it--> seeking
 *     seeking --won a majority--> leading --deposed--> (the process ends)
 *     leading --graceful exit--> closed
 */
type Stage =
  | { readonly is: "seeking"; electionAtMs: number; busy: boolean }
  | { readonly is: "following"; readonly leader: string; readonly socket: Socket; heardMs: number; ready: boolean }
  | { readonly is: "leading"; readonly followers: Map<string, { socket: Socket; ackedId: number }> }
  | { readonly is: "closed"; leader: string | null; ready: boolean };

export interface GroupEvents {
  wonElection(): void;
  following(leader: string): void;
  /** The leader one follows says that it serves. */
  leaderReady(leader: string): void;
  lostLeader(): void;
  deposed(): void;
}

export type GroupOptions = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly silenceMs: number;
  readonly nowMs: () => number;
  readonly random: () => number;
};

const tickMs = 100;
const tailLength = 2000;
/** How long a write waits for a majority; a statement hangs for this time before it fails. */
const writeTimeoutMs = 10_000;
/** A dead leader's followers held their election 0.8 to 1.1 s later (recordings, timeline-fe-leader-killed). */
const electionDelayMs = { least: 500, spread: 500 } as const;

export class Group {
  readonly #options: GroupOptions;
  readonly #store: Store;
  readonly #journal: JournalFile;
  readonly #votes: VoteFile;
  readonly #events: GroupEvents;
  readonly #tail: Entry[] = [];
  readonly #waiting = new Set<{ readonly id: number; readonly done: (ok: boolean) => void }>();
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #stage: Stage;
  #ready = false;
  #ticks = 0;

  constructor(options: GroupOptions, store: Store, journal: JournalFile, votes: VoteFile, events: GroupEvents) {
    this.#options = options;
    this.#store = store;
    this.#journal = journal;
    this.#votes = votes;
    this.#events = events;
    this.#stage = { is: "seeking", electionAtMs: options.nowMs(), busy: false };
  }

  /** `hello` answers those that want to join; it is the only question that needs more than the group knows. */
  async start(hello: (host: string, port: number) => unknown): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accepted(socket, hello));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#options.port, this.#options.host, resolve);
    });
    guard(server, this.#options.host);
    const alone = this.#voters().length <= 1;
    this.#seek(alone ? 0 : 2 * electionDelayMs.least);
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** The member that leads, as the group itself knows it now; null while there is none. */
  get leader(): string | null {
    if (this.#stage.is === "leading") return this.#options.name;
    return this.#stage.is === "seeking" ? null : this.#stage.leader;
  }

  get isLeading(): boolean {
    return this.#stage.is === "leading";
  }

  get isClosed(): boolean {
    return this.#stage.is === "closed";
  }

  /** After a leader gave up its membership: whether the one that follows it serves. */
  get successorReady(): boolean {
    return this.#stage.is === "closed" && this.#stage.leader !== null && this.#stage.ready;
  }

  get lastId(): number {
    return this.#journal.lastId;
  }

  /** This FE has become a leader that serves; followers hear it with the next beat. */
  setReady(): void {
    this.#ready = true;
    this.#beat();
  }

  /** Writes to the journal. False: no majority took it in time, or this FE does not lead. */
  append(changes: readonly Change[]): Promise<boolean> {
    const stage = this.#stage;
    if (stage.is !== "leading") return Promise.resolve(false);
    const entry: Entry = { id: this.#journal.lastId + 1, term: this.#votes.term, changes: [...changes] };
    this.#take(entry);
    for (const follower of stage.followers.values()) sendLine(follower.socket, { say: "entry", entry });
    return new Promise((resolve) => {
      const wait = {
        id: entry.id,
        done: (ok: boolean): void => {
          clearTimeout(timer);
          this.#waiting.delete(wait);
          resolve(ok);
        },
      };
      const timer = setTimeout(() => wait.done(false), writeTimeoutMs);
      this.#waiting.add(wait);
      this.#settle();
    });
  }

  /** A leader's graceful exit: out of the group, so that the others elect. */
  leave(): void {
    this.#dropAll();
    for (const wait of this.#waiting) wait.done(false);
    this.#stage = { is: "closed", leader: null, ready: false };
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** A follower that was added and never came does not count: it could not have acknowledged anything. */
  #voters(): readonly string[] {
    return [...this.#store.frontends.values()]
      .filter((each) => each.role === "FOLLOWER" && each.joined)
      .map((each) => each.name);
  }

  #peers(): readonly Peer[] {
    return [...this.#store.frontends.values()]
      .filter((each) => each.name !== this.#options.name)
      .map((each) => ({ name: each.name, host: each.host, port: each.editLogPort }));
  }

  #majority(): number {
    return Math.floor(this.#voters().length / 2) + 1;
  }

  #take(entry: Entry): void {
    this.#store.apply(entry.changes);
    this.#journal.append(entry);
    this.#tail.push(entry);
    if (this.#tail.length > tailLength) this.#tail.shift();
    if (this.#journal.wantsImage) this.writeImage();
  }

  writeImage(): void {
    const { lastId: id, lastTerm: term } = this.#journal;
    this.#journal.writeImage({ id, term, changes: [...this.#store.dump()] });
  }

  // ------------------------------------------------------------------------------------------------ the clock

  #tick(): void {
    this.#ticks += 1;
    const stage = this.#stage;
    if (stage.is === "leading" && this.#ticks % 10 === 0) {
      this.#beat();
      void this.#lookForSuccessor(stage.followers);
    }
    if (stage.is === "following" && this.#options.nowMs() - stage.heardMs > this.#options.silenceMs)
      stage.socket.destroy();
    if (stage.is === "closed") void this.#watchSuccessor(stage);
    if (stage.is === "seeking" && !stage.busy) {
      stage.busy = true;
      void this.#search(stage).finally(() => {
        stage.busy = false;
      });
    }
  }

  #seek(delayMs: number): void {
    const electionAtMs = this.#options.nowMs() + delayMs + this.#options.random() * electionDelayMs.spread;
    this.#stage = { is: "seeking", electionAtMs, busy: false };
  }

  async #search(stage: Stage): Promise<void> {
    const answers = await this.#askWho();
    if (this.#stage !== stage || stage.is !== "seeking") return;
    const leader = answers.find((each) => each.leads && each.term >= this.#votes.term);
    if (leader !== undefined) return this.#follow(leader.name);
    if (this.#options.nowMs() < stage.electionAtMs || !this.#voters().includes(this.#options.name)) return;
    await this.#runForLeader(stage);
  }

  async #askWho(): Promise<readonly Who[]> {
    const { host } = this.#options;
    const asked = this.#peers().map((peer) => ask(peer, host, { ask: "who" }, whoSchema, 400));
    return (await Promise.all(asked)).filter((answer) => answer !== null);
  }

  async #runForLeader(stage: Stage): Promise<void> {
    const term = this.#votes.term + 1;
    this.#votes.set(term, this.#options.name);
    const question: Question = {
      ask: "vote",
      term,
      candidate: this.#options.name,
      lastTerm: this.#journal.lastTerm,
      lastId: this.#journal.lastId,
    };
    const voters = this.#voters();
    const asked = this.#peers()
      .filter((peer) => voters.includes(peer.name))
      .map((peer) => ask(peer, this.#options.host, question, voteSchema, 400));
    const answers = await Promise.all(asked);
    if (this.#stage !== stage || stage.is !== "seeking") return;
    const granted = 1 + answers.filter((answer) => answer?.granted === true).length;
    const newest = Math.max(...answers.map((answer) => answer?.term ?? 0), 0);
    if (granted >= this.#majority() && this.#votes.term === term) {
      this.#ready = false;
      this.#stage = { is: "leading", followers: new Map() };
      this.#events.wonElection();
      return;
    }
    if (newest > this.#votes.term) this.#votes.set(newest, null);
    stage.electionAtMs = this.#options.nowMs() + 100 + this.#options.random() * 400;
  }

  // ---------------------------------------------------------------------------------------------------- leading

  #beat(): void {
    if (this.#stage.is !== "leading") return;
    const line: LeaderLine = {
      say: "beat",
      term: this.#votes.term,
      lastId: this.#journal.lastId,
      ready: this.#ready,
    };
    for (const follower of this.#stage.followers.values()) sendLine(follower.socket, line);
  }

  /** A leader that was cut off or hung finds that the others have gone on without it. */
  async #lookForSuccessor(followers: ReadonlyMap<string, unknown>): Promise<void> {
    if (followers.size === this.#peers().length) return;
    const answers = await this.#askWho();
    if (this.#stage.is === "leading" && answers.some((each) => each.leads && each.term > this.#votes.term))
      this.#events.deposed();
  }

  #settle(): void {
    if (this.#stage.is !== "leading") return;
    const voters = this.#voters();
    const acked = [...this.#stage.followers].filter(([name]) => voters.includes(name)).map(([, each]) => each.ackedId);
    const reached = [this.#journal.lastId, ...acked].sort((a, b) => b - a)[this.#majority() - 1] ?? 0;
    for (const wait of this.#waiting) if (wait.id <= reached) wait.done(true);
  }

  #addFollower(socket: Socket, name: string, lastTerm: number, lastId: number): void {
    if (this.#stage.is !== "leading") {
      sendLine(socket, { say: "no" });
      socket.end();
      return;
    }
    const followers = this.#stage.followers;
    followers.get(name)?.socket.destroy();
    followers.set(name, { socket, ackedId: 0 });
    socket.on("close", () => {
      if (followers.get(name)?.socket === socket) followers.delete(name);
    });
    const missing = this.#entriesAfter(lastTerm, lastId);
    if (missing === null) {
      const image = { id: this.#journal.lastId, term: this.#journal.lastTerm, changes: this.#store.dump() };
      sendLine(socket, { say: "image", term: this.#votes.term, image });
    } else for (const entry of missing) sendLine(socket, { say: "entry", entry });
    this.#beat();
    const record = this.#store.frontends.get(name);
    if (record !== undefined && !record.joined) void this.append([put("frontends", name, { ...record, joined: true })]);
  }

  /** Null where the two journals do not meet in what is still in memory: then the whole state is sent. */
  #entriesAfter(lastTerm: number, lastId: number): readonly Entry[] | null {
    if (lastId === this.#journal.lastId && lastTerm === this.#journal.lastTerm) return [];
    const at = this.#tail.findIndex((entry) => entry.id === lastId && entry.term === lastTerm);
    return at === -1 ? null : this.#tail.slice(at + 1);
  }

  // -------------------------------------------------------------------------------------------------- following

  #follow(leader: string): void {
    const peer = this.#peers().find((each) => each.name === leader);
    if (peer === undefined) return;
    const socket = dial({ host: peer.host, port: peer.port, localAddress: this.#options.host });
    this.#sockets.add(socket);
    const stage: Stage = { is: "following", leader, socket, heardMs: this.#options.nowMs(), ready: false };
    let joined = false;
    this.#stage = stage;
    socket.on("connect", () =>
      sendLine(socket, {
        ask: "follow",
        name: this.#options.name,
        lastTerm: this.#journal.lastTerm,
        lastId: this.#journal.lastId,
      }),
    );
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (this.#stage !== stage) return;
      this.#seek(joined ? electionDelayMs.least : 0);
      if (joined) this.#events.lostLeader();
    });
    onLines(socket, (value) => {
      const line = leaderLineSchema.safeParse(value);
      if (!line.success || this.#stage !== stage || line.data.say === "no") {
        socket.destroy();
        return;
      }
      stage.heardMs = this.#options.nowMs();
      if (!joined) {
        joined = true;
        this.#events.following(leader);
      }
      this.#hear(stage, line.data);
    });
  }

  #hear(stage: Stage, line: LeaderLine): void {
    if (stage.is !== "following") return;
    switch (line.say) {
      case "image":
        this.#adopt(line.term);
        this.#store.replaceAll(line.image.changes);
        this.#tail.length = 0;
        this.#journal.writeImage(line.image);
        break;
      case "entry":
        this.#take(line.entry);
        break;
      case "beat":
        this.#adopt(line.term);
        if (line.ready && !stage.ready) {
          stage.ready = true;
          this.#events.leaderReady(stage.leader);
        }
        break;
      case "no":
        break;
    }
    sendLine(stage.socket, { ack: this.#journal.lastId });
  }

  #adopt(term: number): void {
    if (term > this.#votes.term) this.#votes.set(term, null);
  }

  // ----------------------------------------------------------------------------------------------------- closed

  async #watchSuccessor(stage: Stage): Promise<void> {
    const answers = await this.#askWho();
    if (stage.is !== "closed" || this.#stage !== stage) return;
    const leader = answers.find((each) => each.leads);
    stage.leader = leader?.name ?? null;
    stage.ready = leader?.ready ?? false;
  }

  #dropAll(): void {
    if (this.#stage.is === "leading") for (const each of this.#stage.followers.values()) each.socket.destroy();
    if (this.#stage.is === "following") this.#stage.socket.destroy();
  }

  // -------------------------------------------------------------------------------------------------- questions

  #accepted(socket: Socket, hello: (host: string, port: number) => unknown): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    let follower: string | null = null;
    onLines(socket, (value) => {
      if (follower !== null) {
        const ack = ackSchema.safeParse(value);
        const known = this.#stage.is === "leading" ? this.#stage.followers.get(follower) : undefined;
        if (ack.success && known !== undefined && known.socket === socket) {
          known.ackedId = ack.data.ack;
          this.#settle();
        }
        return;
      }
      const question = questionSchema.safeParse(value);
      if (!question.success) {
        socket.destroy();
        return;
      }
      if (question.data.ask === "follow") follower = question.data.name;
      this.#answer(socket, question.data, hello);
    });
  }

  #answer(socket: Socket, question: Question, hello: (host: string, port: number) => unknown): void {
    switch (question.ask) {
      case "who":
        return sendLine(socket, {
          name: this.#options.name,
          term: this.#votes.term,
          leads: this.isLeading,
          ready: this.isLeading && this.#ready,
        });
      case "hello":
        return sendLine(socket, hello(question.host, question.port));
      case "vote":
        return sendLine(socket, this.#vote(question));
      case "follow":
        return this.#addFollower(socket, question.name, question.lastTerm, question.lastId);
    }
  }

  /** One vote a term, for a journal that is no older than the own one, and none while a leader is there. */
  #vote(question: Extract<Question, { ask: "vote" }>): { term: number; granted: boolean } {
    const newEnough =
      question.lastTerm > this.#journal.lastTerm ||
      (question.lastTerm === this.#journal.lastTerm && question.lastId >= this.#journal.lastId);
    const free = question.term > this.#votes.term;
    const stage = this.#stage;
    const granted = stage.is === "seeking" && free && newEnough;
    if (granted) {
      this.#votes.set(question.term, question.candidate);
      stage.electionAtMs = this.#options.nowMs() + electionDelayMs.least;
    }
    return { term: this.#votes.term, granted };
  }
}
