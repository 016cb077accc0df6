/** The queries that this FE coordinates now. */
export type RunningFragment = {
  readonly fragmentId: string;
  readonly nodeId: number;
  readonly host: string;
  readonly bePort: number;
  readonly brpcPort: number;
  readonly startedMs: number;
};

export type RunningQuery = {
  readonly queryId: string;
  readonly connectionId: number;
  readonly database: string;
  readonly user: string;
  readonly sql: string;
  readonly startedMs: number;
  fragments: readonly RunningFragment[];
  /** Ends the query with this text; a second one changes nothing. */
  readonly cancel: (reason: string) => void;
};

export class RunningQueries {
  readonly #queries = new Map<string, RunningQuery>();

  add(query: RunningQuery): void {
    this.#queries.set(query.queryId, query);
  }

  delete(queryId: string): void {
    this.#queries.delete(queryId);
  }

  get(queryId: string): RunningQuery | null {
    return this.#queries.get(queryId) ?? null;
  }

  all(): readonly RunningQuery[] {
    return [...this.#queries.values()];
  }

  using(nodeId: number): readonly RunningQuery[] {
    return this.all().filter((query) => query.fragments.some((fragment) => fragment.nodeId === nodeId));
  }
}
