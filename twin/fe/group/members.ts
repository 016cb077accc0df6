import type { Store } from "../store/store.ts";
import { ask, voteSchema, whoSchema, type Peer, type Question, type Who } from "./wire.ts";

const answerWithinMs = 400;

/** Who belongs to the group besides this FE, and what they answer. */
export class Members {
  readonly #store: Store;
  readonly #own: { readonly name: string; readonly host: string };

  constructor(store: Store, own: { readonly name: string; readonly host: string }) {
    this.#store = store;
    this.#own = own;
  }

  /** A follower that was added and never came does not count: it could not have acknowledged anything. */
  voters(): readonly string[] {
    return [...this.#store.frontends.values()]
      .filter((each) => each.role === "FOLLOWER" && each.joined)
      .map((each) => each.name);
  }

  mayVote(name: string): boolean {
    return this.voters().includes(name);
  }

  majority(): number {
    return Math.floor(this.voters().length / 2) + 1;
  }

  peers(): readonly Peer[] {
    return [...this.#store.frontends.values()]
      .filter((each) => each.name !== this.#own.name)
      .map((each) => ({ name: each.name, host: each.host, port: each.editLogPort }));
  }

  async askWho(): Promise<readonly Who[]> {
    const asked = this.peers().map((peer) => ask(peer, this.#own.host, { ask: "who" }, whoSchema, answerWithinMs));
    return (await Promise.all(asked)).filter((answer) => answer !== null);
  }

  /** The votes for this FE, its own among them, and the newest term that somebody answered with. */
  async askForVotes(question: Extract<Question, { ask: "vote" }>): Promise<{ granted: number; newestTerm: number }> {
    const asked = this.peers()
      .filter((peer) => this.mayVote(peer.name))
      .map((peer) => ask(peer, this.#own.host, question, voteSchema, answerWithinMs));
    const answers = await Promise.all(asked);
    return {
      granted: 1 + answers.filter((answer) => answer?.granted === true).length,
      newestTerm: Math.max(...answers.map((answer) => answer?.term ?? 0), 0),
    };
  }
}
