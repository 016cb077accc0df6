import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const voteRecord = z.object({ term: z.number(), votedFor: z.string().nullable() });

/** `meta/vote.json`: a vote that was given outlives a restart, or one FE could vote twice in a term. */
export class VoteFile {
  readonly #path: string;
  term = 0;
  votedFor: string | null = null;

  constructor(path: string) {
    this.#path = path;
    if (!existsSync(path)) return;
    const stored = voteRecord.parse(JSON.parse(readFileSync(path, "utf8")));
    this.term = stored.term;
    this.votedFor = stored.votedFor;
  }

  set(term: number, votedFor: string | null): void {
    this.term = term;
    this.votedFor = votedFor;
    writeFileSync(`${this.#path}.new`, JSON.stringify({ term, votedFor }));
    renameSync(`${this.#path}.new`, this.#path);
  }
}
