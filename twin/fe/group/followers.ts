import type { Socket } from "node:net";
import type { JournalTail } from "./tail.ts";
import { sendLine, type LeaderLine } from "./wire.ts";

/** Those that follow a leader: where they are, and up to which entry they have acknowledged. */
export class Followers {
  readonly #all = new Map<string, { readonly socket: Socket; ackedId: number }>();

  get size(): number {
    return this.#all.size;
  }

  /** Sends what the newcomer lacks, or all that there is. */
  add(name: string, socket: Socket, journal: JournalTail, term: number, lastTerm: number, lastId: number): void {
    this.#all.get(name)?.socket.destroy();
    this.#all.set(name, { socket, ackedId: 0 });
    socket.on("close", () => {
      if (this.#all.get(name)?.socket === socket) this.#all.delete(name);
    });
    const missing = journal.entriesAfter(lastTerm, lastId);
    if (missing === null) sendLine(socket, { say: "image", term, image: journal.image() });
    else for (const entry of missing) sendLine(socket, { say: "entry", entry });
  }

  send(line: LeaderLine): void {
    for (const each of this.#all.values()) sendLine(each.socket, line);
  }

  /** False: it is no follower's, or no longer. */
  acknowledged(name: string, socket: Socket, id: number): boolean {
    const known = this.#all.get(name);
    if (known === undefined || known.socket !== socket) return false;
    known.ackedId = id;
    return true;
  }

  /** The newest entry that so many have, one that is not here counted with its own last. */
  reached(majority: number, ownLastId: number, counts: (name: string) => boolean): number {
    const acked = [...this.#all].filter(([name]) => counts(name)).map(([, each]) => each.ackedId);
    return [ownLastId, ...acked].sort((a, b) => b - a)[majority - 1] ?? 0;
  }

  dropAll(): void {
    for (const each of this.#all.values()) each.socket.destroy();
  }
}
