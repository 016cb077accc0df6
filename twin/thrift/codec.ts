/**
 * Thrift's binary protocol (strict, unframed), read and written without an IDL: a struct is a map from field id to a
 * value that carries its own type, so that what was read can be written again as it was.
 */
export type ThriftValue =
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "byte" | "i16" | "i32" | "double"; readonly value: number }
  | { readonly type: "i64"; readonly value: bigint }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "struct"; readonly fields: Fields }
  | { readonly type: "list" | "set"; readonly of: ThriftType; readonly items: readonly ThriftValue[] }
  | {
      readonly type: "map";
      readonly keyType: ThriftType;
      readonly valueType: ThriftType;
      readonly entries: readonly (readonly [ThriftValue, ThriftValue])[];
    };
export type ThriftType = ThriftValue["type"];
export type Fields = ReadonlyMap<number, ThriftValue>;
export type MessageType = "call" | "reply" | "exception" | "oneway";
export type Message = {
  readonly name: string;
  readonly type: MessageType;
  readonly seq: number;
  readonly fields: Fields;
};

export type Decoded =
  | { readonly status: "message"; readonly message: Message; readonly length: number }
  | { readonly status: "incomplete" }
  | { readonly status: "malformed"; readonly why: string };

/** Reads the first message of `bytes`; `length` says where the next one begins. */
export function decodeMessage(bytes: Uint8Array): Decoded {
  const reader = new Reader(bytes);
  try {
    const message = reader.message();
    return { status: "message", message, length: reader.position };
  } catch (error) {
    if (error instanceof Short) return { status: "incomplete" };
    if (error instanceof Malformed) return { status: "malformed", why: error.message };
    throw error;
  }
}

export function encodeMessage(name: string, type: MessageType, seq: number, fields: Fields): Buffer {
  const writer = new Writer();
  writer.u32((VERSION_1 | messageCodes[type]) >>> 0);
  writer.text(name);
  writer.i32(seq);
  writer.struct(fields);
  return writer.bytes();
}

// -------------------------------------------------------------------------------------------------- writing by hand

export function bool(value: boolean): ThriftValue {
  return { type: "bool", value };
}
export function i16(value: number): ThriftValue {
  return { type: "i16", value };
}
export function i32(value: number): ThriftValue {
  return { type: "i32", value };
}
export function i64(value: number | bigint): ThriftValue {
  return { type: "i64", value: BigInt(value) };
}
export function double(value: number): ThriftValue {
  return { type: "double", value };
}
export function text(value: string): ThriftValue {
  return { type: "string", value };
}
/** Fields whose value is null are left out, as an unset optional field is. */
export function fields(values: Readonly<Record<number, ThriftValue | null>>): Fields {
  const map = new Map<number, ThriftValue>();
  for (const [id, value] of Object.entries(values)) if (value !== null) map.set(Number(id), value);
  return map;
}
export function struct(values: Readonly<Record<number, ThriftValue | null>>): ThriftValue {
  return { type: "struct", fields: fields(values) };
}
export function list(of: ThriftType, items: readonly ThriftValue[]): ThriftValue {
  return { type: "list", of, items };
}
export function map(
  keyType: ThriftType,
  valueType: ThriftType,
  entries: readonly (readonly [ThriftValue, ThriftValue])[],
): ThriftValue {
  return { type: "map", keyType, valueType, entries };
}

// --------------------------------------------------------------------------------------------------- reading by hand

/** A field's number (bytes to i64, double), or null when it is not there or something else. */
export function numberAt(of: Fields, id: number): number | null {
  const value = of.get(id);
  if (value === undefined) return null;
  switch (value.type) {
    case "byte":
    case "i16":
    case "i32":
    case "double":
      return value.value;
    case "i64":
      return Number(value.value);
    default:
      return null;
  }
}
export function textAt(of: Fields, id: number): string | null {
  const value = of.get(id);
  return value?.type === "string" ? value.value : null;
}
export function boolAt(of: Fields, id: number): boolean | null {
  const value = of.get(id);
  return value?.type === "bool" ? value.value : null;
}
export function structAt(of: Fields, id: number): Fields | null {
  const value = of.get(id);
  return value?.type === "struct" ? value.fields : null;
}
export function listAt(of: Fields, id: number): readonly ThriftValue[] | null {
  const value = of.get(id);
  return value?.type === "list" || value?.type === "set" ? value.items : null;
}
export function mapAt(of: Fields, id: number): readonly (readonly [ThriftValue, ThriftValue])[] | null {
  const value = of.get(id);
  return value?.type === "map" ? value.entries : null;
}

// ------------------------------------------------------------------------------------------------------ the protocol

const VERSION_1 = 0x80010000;
const messageCodes = { call: 1, reply: 2, exception: 3, oneway: 4 } as const;
const typeCodes = {
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;
const typesByCode: ReadonlyMap<number, ThriftType> = new Map(
  typeNames().map((name): [number, ThriftType] => [typeCodes[name], name]),
);
const messagesByCode: ReadonlyMap<number, MessageType> = new Map([
  [1, "call"],
  [2, "reply"],
  [3, "exception"],
  [4, "oneway"],
]);
/** Nothing that a twin says comes near; a larger one is garbage, and is refused before it is waited for. */
const longest = 64 * 1024 * 1024;

function typeNames(): readonly ThriftType[] {
  return ["bool", "byte", "double", "i16", "i32", "i64", "string", "struct", "map", "set", "list"];
}

class Short extends Error {}
class Malformed extends Error {}

class Reader {
  position = 0;
  private readonly view: DataView;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(): Message {
    const header = this.view.getUint32(this.take(4));
    if ((header & 0xffff0000) >>> 0 !== VERSION_1) throw new Malformed("not a strict binary message");
    const type = messagesByCode.get(header & 0xff);
    if (type === undefined) throw new Malformed(`unknown message type ${header & 0xff}`);
    const name = this.text();
    const seq = this.view.getInt32(this.take(4));
    return { name, type, seq, fields: this.struct() };
  }

  private take(count: number): number {
    const at = this.position;
    if (at + count > this.view.byteLength) throw new Short();
    this.position = at + count;
    return at;
  }

  private count(): number {
    const count = this.view.getInt32(this.take(4));
    if (count < 0 || count > longest) throw new Malformed(`impossible length ${count}`);
    return count;
  }

  private text(): string {
    const length = this.count();
    const at = this.take(length);
    return this.buffer.toString("utf8", at, at + length);
  }

  private type(): ThriftType {
    const code = this.view.getInt8(this.take(1));
    const type = typesByCode.get(code);
    if (type === undefined) throw new Malformed(`unknown type ${code}`);
    return type;
  }

  private struct(): Fields {
    const found = new Map<number, ThriftValue>();
    for (;;) {
      if (this.view.getInt8(this.take(1)) === 0) return found;
      this.position -= 1;
      const type = this.type();
      const id = this.view.getInt16(this.take(2));
      found.set(id, this.value(type));
    }
  }

  private value(type: ThriftType): ThriftValue {
    switch (type) {
      case "bool":
        return { type, value: this.view.getInt8(this.take(1)) !== 0 };
      case "byte":
        return { type, value: this.view.getInt8(this.take(1)) };
      case "i16":
        return { type, value: this.view.getInt16(this.take(2)) };
      case "i32":
        return { type, value: this.view.getInt32(this.take(4)) };
      case "double":
        return { type, value: this.view.getFloat64(this.take(8)) };
      case "i64":
        return { type, value: this.view.getBigInt64(this.take(8)) };
      case "string":
        return { type, value: this.text() };
      case "struct":
        return { type, fields: this.struct() };
      case "list":
      case "set": {
        const of = this.type();
        const items: ThriftValue[] = [];
        for (let left = this.count(); left > 0; left -= 1) items.push(this.value(of));
        return { type, of, items };
      }
      case "map": {
        const keyType = this.mapType();
        const valueType = this.mapType();
        const entries: [ThriftValue, ThriftValue][] = [];
        for (let left = this.count(); left > 0; left -= 1) entries.push([this.value(keyType), this.value(valueType)]);
        return { type, keyType, valueType, entries };
      }
      default:
        return type satisfies never;
    }
  }

  /** An empty map may be written without types by some libraries. */
  private mapType(): ThriftType {
    const code = this.view.getInt8(this.take(1));
    return typesByCode.get(code) ?? "byte";
  }
}

class Writer {
  private buffer = Buffer.allocUnsafe(512);
  private length = 0;

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  u32(value: number): void {
    this.grown(4).writeUInt32BE(value, this.length - 4);
  }

  i32(value: number): void {
    this.grown(4).writeInt32BE(value, this.length - 4);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.i32(size);
    this.grown(size).write(value, this.length - size, "utf8");
  }

  struct(of: Fields): void {
    for (const [id, value] of of) {
      this.type(value.type);
      this.grown(2).writeInt16BE(id, this.length - 2);
      this.value(value);
    }
    this.grown(1).writeInt8(0, this.length - 1);
  }

  private type(type: ThriftType): void {
    this.grown(1).writeInt8(typeCodes[type], this.length - 1);
  }

  private value(value: ThriftValue): void {
    switch (value.type) {
      case "bool":
        this.grown(1).writeInt8(value.value ? 1 : 0, this.length - 1);
        return;
      case "byte":
        this.grown(1).writeInt8(value.value, this.length - 1);
        return;
      case "i16":
        this.grown(2).writeInt16BE(value.value, this.length - 2);
        return;
      case "i32":
        this.i32(value.value);
        return;
      case "double":
        this.grown(8).writeDoubleBE(value.value, this.length - 8);
        return;
      case "i64":
        this.grown(8).writeBigInt64BE(value.value, this.length - 8);
        return;
      case "string":
        this.text(value.value);
        return;
      case "struct":
        this.struct(value.fields);
        return;
      case "list":
      case "set":
        this.type(value.of);
        this.i32(value.items.length);
        for (const item of value.items) this.value(item);
        return;
      case "map":
        this.type(value.keyType);
        this.type(value.valueType);
        this.i32(value.entries.length);
        for (const [key, item] of value.entries) {
          this.value(key);
          this.value(item);
        }
        return;
      default:
        value satisfies never;
    }
  }

  /** The buffer with room for `count` more bytes, which are its last ones. */
  private grown(count: number): Buffer {
    const at = this.length;
    this.length += count;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    return this.buffer;
  }
}
