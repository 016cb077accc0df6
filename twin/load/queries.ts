import type { Frontends } from "./frontends.ts";
import { type Ledger, outcomeOfError } from "./ledger.ts";
import { type Mix, type QueryKind, statement, userOf, users, workMs } from "./mix.ts";
import { Pool } from "./pool.ts";

/** The query clients: one pool a user and FE. A statement goes to one FE; only if nothing was sent, to the next. */
export class Queries {
  private readonly pools = new Map<string, Pool>();
  private readonly frontends: Frontends;
  private readonly ledger: Ledger;

  private readonly mix: () => Mix;

  constructor(frontends: Frontends, ledger: Ledger, hosts: readonly string[], password: string, mix: () => Mix) {
    this.mix = mix;
    this.frontends = frontends;
    this.ledger = ledger;
    for (const host of hosts)
      for (const user of users) this.pools.set(`${user}@${host}`, new Pool(host, user, password));
  }

  run(kind: QueryKind): void {
    const mix = this.mix();
    const ms = workMs(mix, kind, Math.random());
    void this.send(kind, userOf(kind, Math.random()), ms, statement(kind, ms, Math.random() < mix.lakeShare));
  }

  /** Answers the piece's id at once; the query runs on. */
  runOne(kind: QueryKind, user: string, ms: number, lake: boolean, frontend: string | null): Promise<string> {
    return new Promise((resolve) => {
      void this.send(kind, user, ms, statement(kind, ms, lake), resolve, frontend);
    });
  }

  private async send(
    kind: QueryKind,
    user: string,
    expectedMs: number,
    text: string,
    tell: (id: string) => void = () => undefined,
    frontend: string | null = null,
  ): Promise<void> {
    const hosts = frontend === null ? await this.someHealthy() : [frontend];
    const piece = this.ledger.sent(kind, hosts[0] ?? "none", expectedMs);
    tell(piece.id);
    let why = "no FE is healthy";
    for (const host of hosts) {
      const answer = await this.poolOf(user, host).query(text);
      if (answer.status === "ok") {
        piece.ended("ok", null, 0);
        return;
      }
      if (answer.sent) {
        piece.ended(answer.lost ? "cut" : outcomeOfError(answer.message, true), answer.message, 0);
        return;
      }
      this.frontends.suspect(host);
      why = answer.message;
    }
    piece.ended("refused", why, 0);
  }

  /** For a moment after a node went there may be none that was seen healthy: a client waits for its next look. */
  private async someHealthy(): Promise<readonly string[]> {
    for (let tries = 0; tries < 20; tries += 1) {
      const hosts = this.frontends.inTurn();
      if (hosts.length > 0) return hosts;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return [];
  }

  private poolOf(user: string, host: string): Pool {
    const pool = this.pools.get(`${user}@${host}`);
    if (pool === undefined) throw new Error(`no pool for ${user}@${host}`);
    return pool;
  }
}
