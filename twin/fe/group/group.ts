import { createServer, type Server, type Socket } from "node:net";
import { guard } from "#twin/faults/network.ts";
import type { JournalFile } from "../store/journal-file.ts";
import { put, type Change, type Store } from "../store/store.ts";
import { follow } from "./follow.ts";
import { Followers } from "./followers.ts";
import { Members } from "./members.ts";
import type { GroupEvents, GroupOptions, Stage } from "./stage.ts";
import { JournalTail } from "./tail.ts";
import type { VoteFile } from "./vote-file.ts";
import { ackSchema, onLines, questionSchema, sendLine, type LeaderLine, type Question } from "./wire.ts";
import { Writes } from "./writes.ts";

type Hello = (host: string, port: number) => unknown;

const tickMs = 100;
/** A dead leader's followers held their election 0.8 to 1.1 s later (recordings, timeline-fe-leader-killed). */
const electionDelayMs = { least: 500, spread: 500 } as const;

export class Group {
  readonly #options: GroupOptions;
  readonly #store: Store;
  readonly #journal: JournalTail;
  readonly #votes: VoteFile;
  readonly #events: GroupEvents;
  readonly #members: Members;
  readonly #writes = new Writes();
  #stage: Stage;
  /**
   * The term for which this FE asks for votes just now. It counts only once it is won: a term that was asked for in vain would
   * be newer than that of the leader whom the others elected meanwhile, and this FE would follow nobody any more.
   */
  #candidacy: number | null = null;
  #ready = false;
  #ticks = 0;

  constructor(options: GroupOptions, store: Store, journal: JournalFile, votes: VoteFile, events: GroupEvents) {
    this.#options = options;
    this.#store = store;
    this.#journal = new JournalTail(store, journal);
    this.#votes = votes;
    this.#events = events;
    this.#members = new Members(store, options);
    this.#stage = { is: "seeking", electionAtMs: options.nowMs(), busy: false };
  }

  /** `hello` answers those that want to join; it is the only question that needs more than the group knows. */
  async start(hello: Hello): Promise<void> {
    const server: Server = createServer({ noDelay: true }, (socket) => this.#accepted(socket, hello));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#options.port, this.#options.host, resolve);
    });
    guard(server, this.#options.host);
    const alone = this.#members.voters().length <= 1;
    this.#seek(alone ? 0 : 2 * electionDelayMs.least);
    setInterval(() => this.#tick(), tickMs);
  }

  /** The member that leads, as the group itself knows it now; null while there is none. */
  get leader(): string | null {
    if (this.#stage.is === "leading") return this.#options.name;
    return this.#stage.is === "seeking" ? null : this.#stage.leader;
  }

  get isLeading(): boolean {
    return this.#stage.is === "leading";
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

  writeImage(): void {
    this.#journal.writeImage();
  }

  /** Writes to the journal. False: no majority took it in time, or this FE does not lead. */
  append(changes: readonly Change[]): Promise<boolean> {
    if (this.#stage.is !== "leading") return Promise.resolve(false);
    const entry = this.#journal.next(this.#votes.term, changes);
    this.#journal.take(entry);
    this.#stage.followers.send({ say: "entry", entry });
    const written = this.#writes.wait(entry.id);
    this.#settle();
    return written;
  }

  /** A leader's graceful exit: out of the group, so that the others elect. */
  leave(): void {
    if (this.#stage.is === "leading") this.#stage.followers.dropAll();
    if (this.#stage.is === "following") this.#stage.socket?.destroy();
    this.#writes.failAll();
    this.#stage = { is: "closed", leader: null, ready: false };
  }

  #tick(): void {
    this.#ticks += 1;
    const stage = this.#stage;
    if (stage.is === "leading" && this.#ticks % 10 === 0) {
      this.#beat();
      void this.#lookForSuccessor(stage.followers);
    }
    if (stage.is === "following" && this.#options.nowMs() - stage.heardMs > this.#options.silenceMs)
      stage.socket?.destroy();
    if (stage.is === "closed") void this.#watchSuccessor(stage);
    if (stage.is === "seeking" && !stage.busy) {
      stage.busy = true;
      void this.#search(stage).finally(() => {
        stage.busy = false;
      });
    }
  }

  // ---------------------------------------------------------------------------------------------------- seeking

  #seek(delayMs: number): void {
    const electionAtMs = this.#options.nowMs() + delayMs + this.#options.random() * electionDelayMs.spread;
    this.#stage = { is: "seeking", electionAtMs, busy: false };
  }

  async #search(stage: Stage): Promise<void> {
    const answers = await this.#members.askWho();
    if (this.#stage !== stage || stage.is !== "seeking") return;
    const leader = answers.find((each) => each.leads && each.term >= this.#votes.term);
    if (leader !== undefined) return this.#follow(leader.name);
    if (this.#options.nowMs() < stage.electionAtMs || !this.#members.mayVote(this.#options.name)) return;
    await this.#runForLeader(stage);
  }

  async #runForLeader(stage: Stage): Promise<void> {
    const term = this.#votes.term + 1;
    this.#candidacy = term;
    const { lastTerm, lastId } = this.#journal;
    const question = { ask: "vote", term, candidate: this.#options.name, lastTerm, lastId } as const;
    const { granted, newestTerm } = await this.#members.askForVotes(question);
    this.#candidacy = null;
    if (this.#stage !== stage || stage.is !== "seeking") return;
    if (granted >= this.#members.majority() && this.#votes.term < term) {
      this.#votes.set(term, this.#options.name);
      this.#ready = false;
      this.#stage = { is: "leading", followers: new Followers() };
      this.#events.wonElection();
      return;
    }
    this.#adopt(newestTerm);
    stage.electionAtMs = this.#options.nowMs() + 100 + this.#options.random() * 400;
  }

  /** One vote a term, for a journal that is no older than the own one, and none while a leader is there. */
  #vote(question: Extract<Question, { ask: "vote" }>): { term: number; granted: boolean } {
    const stage = this.#stage;
    const free = question.term > Math.max(this.#votes.term, this.#candidacy ?? 0);
    const newEnough = this.#journal.isNotAheadOf(question.lastTerm, question.lastId);
    const granted = stage.is === "seeking" && free && newEnough;
    if (granted) {
      this.#votes.set(question.term, question.candidate);
      stage.electionAtMs = this.#options.nowMs() + electionDelayMs.least;
    }
    return { term: this.#votes.term, granted };
  }

  #adopt(term: number): void {
    if (term > this.#votes.term) this.#votes.set(term, null);
  }

  // ---------------------------------------------------------------------------------------------------- leading

  #beat(): void {
    if (this.#stage.is !== "leading") return;
    const { term } = this.#votes;
    this.#stage.followers.send({ say: "beat", term, lastId: this.#journal.lastId, ready: this.#ready });
  }

  /** A leader that was cut off or hung finds that the others have gone on without it. */
  async #lookForSuccessor(followers: Followers): Promise<void> {
    if (followers.size === this.#members.peers().length) return;
    const answers = await this.#members.askWho();
    if (this.#stage.is === "leading" && answers.some((each) => each.leads && each.term > this.#votes.term))
      this.#events.deposed();
  }

  #settle(): void {
    if (this.#stage.is !== "leading") return;
    const counts = (name: string): boolean => this.#members.mayVote(name);
    this.#writes.reached(this.#stage.followers.reached(this.#members.majority(), this.#journal.lastId, counts));
  }

  #addFollower(socket: Socket, name: string, lastTerm: number, lastId: number): void {
    if (this.#stage.is !== "leading") {
      sendLine(socket, { say: "no" });
      socket.end();
      return;
    }
    this.#stage.followers.add(name, socket, this.#journal, this.#votes.term, lastTerm, lastId);
    this.#beat();
    const record = this.#store.frontends.get(name);
    if (record !== undefined && !record.joined) void this.append([put("frontends", name, { ...record, joined: true })]);
  }

  // -------------------------------------------------------------------------------------------------- following

  #follow(leader: string): void {
    const peer = this.#members.peers().find((each) => each.name === leader);
    if (peer === undefined) return;
    const stage: Stage = { is: "following", leader, socket: null, heardMs: this.#options.nowMs(), ready: false };
    this.#stage = stage;
    const own = { name: this.#options.name, lastTerm: this.#journal.lastTerm, lastId: this.#journal.lastId };
    stage.socket = follow(peer, this.#options.host, own, {
      joined: () => {
        if (this.#stage === stage) this.#events.following(leader);
      },
      heard: (line) => {
        if (this.#stage === stage) this.#hear(stage, line);
        else stage.socket?.destroy();
      },
      lost: (afterJoining) => {
        if (this.#stage !== stage) return;
        this.#seek(afterJoining ? electionDelayMs.least : 0);
        if (afterJoining) this.#events.lostLeader();
      },
    });
  }

  #hear(stage: Extract<Stage, { is: "following" }>, line: Exclude<LeaderLine, { say: "no" }>): void {
    stage.heardMs = this.#options.nowMs();
    if (line.say !== "entry") this.#adopt(line.term);
    if (line.say === "image") this.#journal.replace(line.image);
    if (line.say === "entry") this.#journal.take(line.entry);
    if (line.say === "beat" && line.ready && !stage.ready) {
      stage.ready = true;
      this.#events.leaderReady(stage.leader);
    }
    if (stage.socket !== null) sendLine(stage.socket, { ack: this.#journal.lastId });
  }

  async #watchSuccessor(stage: Stage): Promise<void> {
    const answers = await this.#members.askWho();
    if (stage.is !== "closed" || this.#stage !== stage) return;
    const leader = answers.find((each) => each.leads);
    stage.leader = leader?.name ?? null;
    stage.ready = leader?.ready ?? false;
  }

  // -------------------------------------------------------------------------------------------------- questions

  #accepted(socket: Socket, hello: Hello): void {
    socket.on("error", () => socket.destroy());
    let follower: string | null = null;
    onLines(socket, (value) => {
      if (follower !== null) {
        const ack = ackSchema.safeParse(value);
        if (ack.success && this.#stage.is === "leading")
          if (this.#stage.followers.acknowledged(follower, socket, ack.data.ack)) this.#settle();
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

  #answer(socket: Socket, question: Question, hello: Hello): void {
    const { name } = this.#options;
    switch (question.ask) {
      case "who": {
        const leads = this.isLeading;
        return sendLine(socket, { name, term: this.#votes.term, leads, ready: leads && this.#ready });
      }
      case "hello":
        return sendLine(socket, hello(question.host, question.port));
      case "vote":
        return sendLine(socket, this.#vote(question));
      case "follow":
        return this.#addFollower(socket, question.name, question.lastTerm, question.lastId);
    }
  }
}
