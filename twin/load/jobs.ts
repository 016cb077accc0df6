import { setTimeout as wait } from "node:timers/promises";
import { type Account, addressOf, sql, type SqlAnswer } from "../sql.ts";
import type { Frontends } from "./frontends.ts";
import { type Ledger, outcomeOfError, type Piece } from "./ledger.ts";

const lookEveryMs = 1000;
/** Jobs are kept by the leader, so a load that was accepted outlives any FE; only asking for it can fail for a while. */
const notSeenForMs = 60_000;

/** One broker load: submitted once, then watched until SHOW LOAD says how it ended. */
export async function brokerLoad(
  frontends: Frontends,
  ledger: Ledger,
  account: Account,
  label: string,
  ms: number,
): Promise<void> {
  const piece = ledger.sent("broker", frontends.inTurn()[0] ?? "none", ms);
  const submitted = await ask(
    frontends,
    account,
    `LOAD LABEL shop.${label} (DATA INFILE("s3://landing/orders/${label}.csv") INTO TABLE orders) ` +
      `WITH BROKER ("twin.work_ms" = "${ms}") PROPERTIES ("timeout" = "600")`,
  );
  if (!submitted.ok) {
    piece.ended(outcomeOfError(submitted.error, true), submitted.error, 0);
    return;
  }
  await watch(frontends, account, label, piece);
}

async function watch(frontends: Frontends, account: Account, label: string, piece: Piece): Promise<void> {
  let seenAtMs = performance.now();
  while (performance.now() - seenAtMs < notSeenForMs) {
    await wait(lookEveryMs);
    const shown = await ask(frontends, account, `SHOW LOAD FROM shop WHERE LABEL = "${label}"`);
    const row = shown.ok ? shown.rows[0] : undefined;
    if (row === undefined) continue;
    seenAtMs = performance.now();
    const state = row["State"];
    if (state === "FINISHED") {
      piece.ended("ok", null, 0);
      return;
    }
    if (state === "CANCELLED") {
      const why = row["ErrorMsg"] ?? "cancelled";
      piece.ended(outcomeOfError(why, true), why, 0);
      return;
    }
  }
  piece.ended("failed", "SHOW LOAD did not tell of it for a minute", 0);
}

/** The job that goes on for as long as the load: Kafka to shop.orders. Its tasks are the FE's to place again. */
export class RoutineLoad {
  private readonly frontends: Frontends;
  private readonly ledger: Ledger;
  private readonly account: Account;
  private piece: Piece | null = null;

  constructor(frontends: Frontends, ledger: Ledger, account: Account) {
    this.frontends = frontends;
    this.ledger = ledger;
    this.account = account;
  }

  async begin(): Promise<void> {
    this.piece = this.ledger.sent("routine", this.frontends.inTurn()[0] ?? "none", 0);
    const made = await this.ask(
      `CREATE ROUTINE LOAD shop.clicks ON orders PROPERTIES ("desired_concurrent_number" = "2") ` +
        `FROM KAFKA ("kafka_broker_list" = "kafka:9092", "kafka_topic" = "clicks")`,
    );
    if (!made.ok) this.end("failed", made.error);
  }

  pause(): Promise<SqlAnswer> {
    return this.ask("PAUSE ROUTINE LOAD FOR shop.clicks");
  }
  resume(): Promise<SqlAnswer> {
    return this.ask("RESUME ROUTINE LOAD FOR shop.clicks");
  }

  end(outcome: "ok" | "failed", why: string | null): void {
    this.piece?.ended(outcome, why, 0);
    this.piece = null;
  }

  private ask(statement: string): Promise<SqlAnswer> {
    return ask(this.frontends, this.account, statement);
  }
}

/** Statements about jobs name what they are about, so that asking again by way of another FE does nothing twice. */
async function ask(frontends: Frontends, account: Account, statement: string): Promise<SqlAnswer> {
  let answer: SqlAnswer = { ok: false, error: "no FE is healthy" };
  for (let tries = 0; tries < 10; tries += 1) {
    const [host] = frontends.inTurn();
    if (host !== undefined) answer = await sql(host, 9030, account, statement, addressOf("load", host));
    if (answer.ok || (host !== undefined && !passing.test(answer.error))) return answer;
    await wait(500);
  }
  return answer;
}

/** What forwarding says while there is no leader (fact sheet 0.2), and a connection to an FE that leaves. */
const passing = /Socket is closed|Connection re(set|fused)|ECONN|closed|lost|leader|not ready/i;
