import { Buffer } from "node:buffer";
import { PayloadReader, uint } from "./packets.ts";

/** StarRocks MysqlCapability (Jan 2026): no DEPRECATE_EOF, no TRANSACTIONS, no MULTI_STATEMENTS; result sets end in EOF packets. */
export const capability = {
  longFlag: 0x4,
  connectWithDb: 0x8,
  protocol41: 0x200,
  secureConnection: 0x8000,
  pluginAuth: 0x80000,
  connectAttributes: 0x100000,
  pluginAuthLengthEncoded: 0x200000,
} as const;

export const serverCapabilities = Object.values(capability).reduce((all, one) => all | one, 0);
const utf8 = 33;
const plugin = "mysql_native_password";

export function greeting(serverVersion: string, connectionId: number, scramble: Buffer): Buffer {
  return Buffer.concat([
    uint(1, 10),
    Buffer.from(`${serverVersion}\0`, "latin1"),
    uint(4, connectionId),
    scramble.subarray(0, 8),
    uint(1, 0),
    uint(2, serverCapabilities & 0xffff),
    uint(1, utf8),
    uint(2, 0),
    uint(2, serverCapabilities >>> 16),
    uint(1, scramble.length + 1),
    Buffer.alloc(10),
    scramble.subarray(8),
    uint(1, 0),
    Buffer.from(`${plugin}\0`, "latin1"),
  ]);
}

export type HandshakeResponse = {
  readonly user: string;
  readonly answer: Buffer;
  readonly database: string;
  /** The plugin the answer was made with: mysql2 and newer clients guess another one first. */
  readonly plugin: string;
};

export function readHandshakeResponse(payload: Buffer): HandshakeResponse {
  const reader = new PayloadReader(payload);
  const flags = reader.uint(4) & serverCapabilities;
  reader.skip(4 + 1 + 23);
  const user = reader.untilZero();
  const length = flags & capability.pluginAuthLengthEncoded ? reader.lengthEncoded() : reader.uint(1);
  const answer = reader.bytes(length);
  const database = flags & capability.connectWithDb ? reader.untilZero() : "";
  const named = flags & capability.pluginAuth ? reader.untilZero() : "";
  return { user, answer, database, plugin: named === "" ? plugin : named };
}

export function authSwitchRequest(scramble: Buffer): Buffer {
  return Buffer.concat([uint(1, 0xfe), Buffer.from(`${plugin}\0`, "latin1"), scramble, uint(1, 0)]);
}
