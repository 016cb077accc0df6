/**
 * Work whose fate is known: queries and stream loads that a test sends itself, each under a mark of its own that stands in
 * its statement or label, with what its client saw in the end. A statement that was sent is never sent again.
 */
import { request } from "node:http";
import { createConnection } from "mysql2";
import type { Twin } from "#twin/harness.ts";
import { users } from "#twin/load/mix.ts";

export type Piece = {
  /** Stands in the statement's comment, or is the load's label. */
  readonly mark: string;
  readonly kind: "query" | "load";
  readonly user: string;
  readonly sentAtMs: number;
  /** `txn 4711`, or the id of the query; null where its client was not told. */
  id: string | null;
  endedAtMs: number | null;
  /** What the client saw. */
  outcome: "ok" | "error" | null;
  error: string;
};

export interface Pieces {
  readonly all: readonly Piece[];
  byMark(text: string): Piece | null;
  /** Which nodes the pieces were seen on, by the FE's own lists, and when. */
  readonly seen: readonly Seen[];
  query(seconds: number): Promise<void>;
  load(backend: string | null, seconds: number): Promise<void>;
  /** Queries and loads without a pause, so many at once, until it is stopped. */
  keepUp(queriesAtOnce: number, loadsAtOnce: number): void;
  /** Nothing new; resolves when all have ended. */
  stop(): Promise<void>;
}

export type Seen = { readonly atMs: number; readonly node: string; readonly mark: string };

const MARK = /piece_[a-z0-9]+_\d+/;
const LOOK_EVERY_MS = 400;

export function createPieces(twin: Twin, name: string): Pieces {
  const all: Piece[] = [];
  const seen: Seen[] = [];
  const marks = new Map<string, Piece>();
  const byConnection = new Map<number, Piece>();
  const running = new Set<Promise<void>>();
  const frontend = twin.nodes.find(({ role }) => role === "fe")?.host ?? "";
  const backends = twin.nodes.filter(({ role }) => role === "be");
  const over = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  function begin(kind: Piece["kind"], user: string): Piece {
    const mark = `piece_${name}_${all.length + 1}`;
    const piece: Piece = {
      mark,
      kind,
      user,
      sentAtMs: Date.now(),
      id: null,
      endedAtMs: null,
      outcome: null,
      error: "",
    };
    all.push(piece);
    marks.set(mark, piece);
    return piece;
  }

  function end(piece: Piece, error: string | null): void {
    piece.endedAtMs = Date.now();
    piece.outcome = error === null ? "ok" : "error";
    piece.error = error ?? "";
  }

  async function track<T>(work: Promise<T>): Promise<T> {
    const done = work.then(() => undefined);
    running.add(done);
    try {
      return await work;
    } finally {
      running.delete(done);
    }
  }

  async function query(seconds: number): Promise<void> {
    const piece = begin("query", users[all.length % users.length] ?? "dana");
    const connection = createConnection({ host: frontend, port: 9030, user: piece.user, password: twin.password });
    connection.on("error", () => undefined);
    await track(
      new Promise<void>((resolve) => {
        connection.connect((refused) => {
          if (refused !== null) return resolve(end(piece, refused.message));
          if (connection.threadId !== null) byConnection.set(connection.threadId, piece);
          const sql = `SELECT count(*), sleep(${seconds.toFixed(3)}) FROM shop.orders /* ${piece.mark} */`;
          connection.query(sql, (error) => resolve(end(piece, error === null ? null : error.message)));
        });
      }),
    );
    connection.destroy();
  }

  /** To this very backend, or to the one that the FE sends a client to. */
  async function load(backend: string | null, seconds: number): Promise<void> {
    const piece = begin("load", "bi_etl");
    const url = `http://${backend === null ? `${frontend}:8030` : `${twin.node(backend).host}:8040`}/api/shop/orders/_stream_load`;
    const answer = await track(putLoad(url, twin.password, piece.mark, seconds));
    const said = /"TxnId":\s*(\d+)/.exec(answer.text)?.[1];
    if (said !== undefined && Number(said) > 0) piece.id = `txn ${said}`;
    const isWell = /"Status":\s*"Success"/.test(answer.text);
    end(piece, isWell ? null : (/"Message":\s*"([^"]*)"/.exec(answer.text)?.[1] ?? answer.text));
  }

  /** Who runs where, in the FE's own words: instances by backend, and connections by query. */
  async function look(): Promise<void> {
    const instances = await twin.sql("fe-01", "SHOW PROC '/current_backend_instances'").catch(() => []);
    const queries = await twin.sql("fe-01", "SHOW PROC '/current_queries'").catch(() => []);
    const atMs = Date.now();
    for (const row of queries) {
      const piece = byConnection.get(Number(row["ConnectionId"]));
      if (piece !== undefined && piece.endedAtMs === null) piece.id = row["QueryId"] ?? null;
    }
    for (const row of instances) {
      const node = backends.find(({ host }) => row["Backend"] === `${host}:9060`)?.name;
      const prefix = (row["InstanceId"] ?? "").slice(0, 23);
      const piece = all.find(({ id }) => id !== null && id.startsWith(prefix));
      if (node !== undefined && piece !== undefined) seen.push({ atMs, node, mark: piece.mark });
    }
  }

  return {
    all,
    seen,
    byMark: (text) => marks.get(MARK.exec(text)?.[0] ?? "") ?? null,
    query,
    load,
    keepUp(queriesAtOnce, loadsAtOnce) {
      const lane = async (work: () => Promise<void>): Promise<void> => {
        while (!over.signal.aborted) await work();
      };
      for (let n = 0; n < queriesAtOnce; n += 1) void lane(() => query(1.5 + Math.random() * 3));
      for (let n = 0; n < loadsAtOnce; n += 1) void lane(() => load(null, 1.5 + Math.random() * 2));
      looking = lane(async () => {
        await look();
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      });
    },
    async stop() {
      over.abort();
      await looking;
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

function putLoad(url: string, password: string, label: string, seconds: number): Promise<{ readonly text: string }> {
  const headers = {
    label,
    "x-twin-work-ms": String(Math.round(seconds * 1000)),
    authorization: `Basic ${Buffer.from(`bi_etl:${password}`).toString("base64")}`,
  };
  return new Promise((resolve) => {
    const outgoing = request(url, { method: "PUT", headers });
    outgoing.on("error", (error) => resolve({ text: error.message }));
    outgoing.on("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => (text += chunk));
      incoming.on("error", (error) => resolve({ text: error.message }));
      incoming.on("end", () => {
        const { location } = incoming.headers;
        resolve(location === undefined ? { text } : putLoad(location, password, label, seconds));
      });
    });
    outgoing.end("1,one\n");
  });
}
