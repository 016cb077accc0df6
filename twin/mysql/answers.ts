import { Buffer } from "node:buffer";
import { lengthEncoded, text, uint } from "./packets.ts";

/** Type codes of the protocol, by the names that client libraries use. */
export const columnTypes = {
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  DOUBLE: 5,
  LONGLONG: 8,
  DATETIME: 12,
  VAR_STRING: 253,
  STRING: 254,
} as const;
export type ColumnType = keyof typeof columnTypes;

/** A length counts characters, as StarRocks declares it; on the wire a text's is three bytes for each (seen live: 30 -> 90). */
export type Column = { readonly name: string; readonly type: ColumnType; readonly length: number };
export type Cell = string | number | null;

export type Answer =
  | { readonly kind: "rows"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "ok"; readonly affected: number }
  | { readonly kind: "error"; readonly code: number; readonly message: string };

export const okAnswer = (affected = 0): Answer => ({ kind: "ok", affected });
export const errorAnswer = (code: number, message: string): Answer => ({ kind: "error", code, message });

export function textColumns(length: number, ...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: "VAR_STRING", length }));
}

/** ErrorCode.java (Jan 2026): almost everything is HY000; these are not. */
const sqlStates: ReadonlyMap<number, string> = new Map([
  [1045, "28000"],
  [1046, "3D000"],
  [5024, "53400"],
  [5077, "XX000"],
  [5101, "F0000"],
  [5102, "F0000"],
  [5203, "42000"],
  [5401, "XX000"],
  [5501, "3F000"],
  [5502, "42602"],
  [5905, "42000"],
  [5907, "42000"],
]);

export function okPacket(affected: number): Buffer {
  return Buffer.concat([uint(1, 0), lengthEncoded(affected), uint(1, 0), uint(2, 0), uint(2, 0)]);
}

export function eofPacket(): Buffer {
  return Buffer.concat([uint(1, 0xfe), uint(2, 0), uint(2, 0)]);
}

export function errorPacket(code: number, message: string): Buffer {
  const state = sqlStates.get(code) ?? "HY000";
  return Buffer.concat([uint(1, 0xff), uint(2, code), Buffer.from(`#${state}${message}`, "utf8")]);
}

const utf8 = 33;
const binary = 63;
const isText = ({ type }: Column): boolean => type === "VAR_STRING" || type === "STRING";
const bytesOnWire = (column: Column): number => (isText(column) ? 3 * column.length : column.length);

export function columnPacket(column: Column): Buffer {
  return Buffer.concat([
    text("def"),
    text(""),
    text(""),
    text(""),
    text(column.name),
    text(column.name),
    uint(1, 0x0c),
    uint(2, isText(column) ? utf8 : binary),
    uint(4, bytesOnWire(column)),
    uint(1, columnTypes[column.type]),
    uint(2, 0),
    uint(1, 0),
    uint(2, 0),
  ]);
}

export function textRowPacket(row: readonly Cell[]): Buffer {
  return Buffer.concat(row.map((cell) => (cell === null ? uint(1, 0xfb) : text(String(cell)))));
}

const integerBytes: Readonly<Partial<Record<ColumnType, number>>> = { TINY: 1, SHORT: 2, LONG: 4 };

function binaryCell(cell: string | number, type: ColumnType): Buffer {
  const bytes = integerBytes[type];
  if (bytes !== undefined) {
    const out = Buffer.alloc(bytes);
    out.writeIntLE(Number(cell), 0, bytes);
    return out;
  }
  if (type === "LONGLONG") {
    const out = Buffer.alloc(8);
    out.writeBigInt64LE(BigInt(cell));
    return out;
  }
  if (type === "DOUBLE") {
    const out = Buffer.alloc(8);
    out.writeDoubleLE(Number(cell));
    return out;
  }
  return text(String(cell));
}

/** A row of COM_STMT_EXECUTE: a bitmap of the nulls, then the values in their binary form. */
export function binaryRowPacket(row: readonly Cell[], columns: readonly Column[]): Buffer {
  const nulls = Buffer.alloc((row.length + 9) >> 3);
  const values: Buffer[] = [];
  for (const [index, cell] of row.entries()) {
    const at = index + 2;
    if (cell === null) nulls.writeUInt8(nulls.readUInt8(at >> 3) | (1 << (at & 7)), at >> 3);
    else values.push(binaryCell(cell, columns[index]?.type ?? "VAR_STRING"));
  }
  return Buffer.concat([uint(1, 0), nulls, ...values]);
}
