import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import {
  binaryRowPacket,
  columnPacket,
  eofPacket,
  errorPacket,
  okPacket,
  textRowPacket,
  type Answer,
  type Column,
} from "./answers.ts";
import { authSwitchRequest, greeting, readHandshakeResponse } from "./greeting.ts";
import { newScramble, passwordMatches } from "./native-password.ts";
import { frame, FrameReader, lengthEncoded, PayloadReader, uint } from "./packets.ts";
import { Buffer as Bytes } from "node:buffer";

/** What a server does with its clients; the codec knows no SQL. */
export interface MysqlHandler {
  /** The password of a user, or null where there is no such user. */
  password(user: string): string | null;
  /** Null lets the client in; a refusal is sent as an error. */
  opened(user: string, database: string): { readonly code: number; readonly message: string } | null;
  query(sql: string): Promise<Answer>;
  /** Null says that the statement may not be prepared (1295). */
  prepare(sql: string): readonly Column[] | null;
  useDatabase(name: string): Answer;
  closed(): void;
  /** Asked after each answer: true closes the connection, as a front end does that is on its way out. */
  shouldClose(sql: string): boolean;
  /** What really leaves instead of an answer, where something is wrong with the server. */
  spoil(answer: Buffer): Buffer;
}

const command = {
  quit: 0x01,
  useDatabase: 0x02,
  query: 0x03,
  fieldList: 0x04,
  ping: 0x0e,
  changeUser: 0x11,
  prepare: 0x16,
  execute: 0x17,
  closeStatement: 0x19,
  resetStatement: 0x1a,
  resetConnection: 0x1f,
} as const;

type Prepared = { readonly sql: string; readonly columns: readonly Column[] };

/** One client, from the greeting to the end of its socket. Commands are answered one after the other. */
export class MysqlConnection {
  readonly #socket: Socket;
  readonly #handler: MysqlHandler;
  readonly #reader = new FrameReader();
  readonly #scramble = newScramble();
  readonly #prepared = new Map<number, Prepared>();
  #nextStatementId = 1;
  #stage: "greeted" | { readonly switchedFor: string; readonly database: string } | "open" = "greeted";
  #work: Promise<void> = Promise.resolve();

  constructor(socket: Socket, handler: MysqlHandler, serverVersion: string, connectionId: number) {
    this.#socket = socket;
    this.#handler = handler;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      for (const each of this.#reader.push(chunk)) {
        this.#work = this.#work.then(async () => {
          await this.#received(each.sequence, Bytes.from(each.payload));
        });
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => handler.closed());
    this.#send(0, [greeting(serverVersion, connectionId, this.#scramble)]);
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #send(firstSequence: number, payloads: readonly Buffer[]): void {
    if (this.#socket.destroyed) return;
    const answer = Bytes.concat(payloads.map((payload, index) => frame(firstSequence + index, payload)));
    this.#socket.write(this.#handler.spoil(answer));
  }

  async #received(sequence: number, payload: Buffer): Promise<void> {
    if (this.#stage === "open") return this.#command(payload);
    if (this.#stage !== "greeted") {
      const { switchedFor, database } = this.#stage;
      return this.#authenticate(sequence, switchedFor, database, payload);
    }
    const response = readHandshakeResponse(payload);
    if (response.plugin === "mysql_native_password" || response.answer.length === 0) {
      return this.#authenticate(sequence, response.user, response.database, response.answer);
    }
    this.#stage = { switchedFor: response.user, database: response.database };
    this.#send(sequence + 1, [authSwitchRequest(this.#scramble)]);
  }

  #authenticate(sequence: number, user: string, database: string, answer: Buffer): void {
    const password = this.#handler.password(user);
    if (password === null || !passwordMatches(password, this.#scramble, answer)) {
      const using = answer.length > 0 ? "YES" : "NO";
      this.#send(sequence + 1, [errorPacket(1045, `Access denied for user '${user}' (using password: ${using})`)]);
      this.#socket.end();
      return;
    }
    const refusal = this.#handler.opened(user, database);
    if (refusal !== null) {
      this.#send(sequence + 1, [errorPacket(refusal.code, refusal.message)]);
      this.#socket.end();
      return;
    }
    this.#stage = "open";
    this.#send(sequence + 1, [okPacket(0)]);
  }

  async #command(payload: Buffer): Promise<void> {
    const code = payload.readUInt8(0);
    const body = payload.toString("utf8", 1);
    switch (code) {
      case command.quit:
        this.#socket.end();
        return;
      case command.ping:
      case command.resetConnection:
      case command.resetStatement:
        return this.#send(1, [okPacket(0)]);
      case command.useDatabase:
        return this.#answer(this.#handler.useDatabase(body));
      case command.query:
        return this.#query(body);
      case command.fieldList:
        return this.#send(1, [eofPacket()]);
      case command.changeUser:
        return this.#send(1, [okPacket(0)]);
      case command.prepare:
        return this.#prepare(body);
      case command.execute:
        return this.#execute(payload);
      case command.closeStatement:
        this.#prepared.delete(payload.readUInt32LE(1));
        return;
      default:
        return this.#send(1, [errorPacket(1064, `Unsupported command(${code})`)]);
    }
  }

  async #query(sql: string): Promise<void> {
    this.#answer(await this.#handler.query(sql));
    if (this.#handler.shouldClose(sql)) this.#socket.end();
  }

  #answer(answer: Answer): void {
    switch (answer.kind) {
      case "ok":
        return this.#send(1, [okPacket(answer.affected)]);
      case "error":
        return this.#send(1, [errorPacket(answer.code, answer.message)]);
      case "rows":
        return this.#sendRows(answer.columns, answer.rows.map(textRowPacket));
    }
  }

  #sendRows(columns: readonly Column[], rows: readonly Buffer[]): void {
    const head = [lengthEncoded(columns.length), ...columns.map(columnPacket), eofPacket()];
    this.#send(1, [...head, ...rows, eofPacket()]);
  }

  #prepare(sql: string): void {
    const columns = this.#handler.prepare(sql);
    if (columns === null) {
      const message = "This command is not supported in the prepared statement protocol yet";
      return this.#send(1, [errorPacket(1295, message)]);
    }
    const id = this.#nextStatementId++;
    this.#prepared.set(id, { sql, columns });
    const ok = Bytes.concat([uint(1, 0), uint(4, id), uint(2, columns.length), uint(2, 0), uint(1, 0), uint(2, 0)]);
    this.#send(1, columns.length === 0 ? [ok] : [ok, ...columns.map(columnPacket), eofPacket()]);
  }

  async #execute(payload: Buffer): Promise<void> {
    const reader = new PayloadReader(payload);
    reader.skip(1);
    const id = reader.uint(4);
    const prepared = this.#prepared.get(id);
    if (prepared === undefined)
      return this.#send(1, [errorPacket(1064, `msg: Not Found prepared statement, stmtName: ${id}`)]);
    const answer = await this.#handler.query(prepared.sql);
    if (answer.kind !== "rows") this.#answer(answer);
    else
      this.#sendRows(
        answer.columns,
        answer.rows.map((row) => binaryRowPacket(row, answer.columns)),
      );
    if (this.#handler.shouldClose(prepared.sql)) this.#socket.end();
  }
}
