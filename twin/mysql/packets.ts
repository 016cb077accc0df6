import { Buffer } from "node:buffer";

/** MySQL frames: three bytes of length, one of sequence, then the payload. Nothing the twin says needs more than one frame. */
export type Frame = { readonly sequence: number; readonly payload: Buffer };

export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): readonly Frame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUIntLE(0, 3);
      if (this.#pending.length < 4 + length) break;
      frames.push({ sequence: this.#pending.readUInt8(3), payload: this.#pending.subarray(4, 4 + length) });
      this.#pending = this.#pending.subarray(4 + length);
    }
    return frames;
  }
}

export function frame(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  head.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([head, payload]);
}

export function uint(bytes: number, value: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.writeUIntLE(value, 0, bytes);
  return out;
}

export function lengthEncoded(value: number): Buffer {
  if (value < 251) return uint(1, value);
  if (value < 1 << 16) return Buffer.concat([uint(1, 0xfc), uint(2, value)]);
  return Buffer.concat([uint(1, 0xfd), uint(3, value)]);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([lengthEncoded(bytes.length), bytes]);
}

/** Reads a payload from front to back; what lies behind its end reads as zero or empty, as a lenient server reads. */
export class PayloadReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint(bytes: number): number {
    const from = this.#at;
    this.#at += bytes;
    return this.#at <= this.#bytes.length ? this.#bytes.readUIntLE(from, bytes) : 0;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  bytes(length: number): Buffer {
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  lengthEncoded(): number {
    const first = this.uint(1);
    if (first === 0xfc) return this.uint(2);
    if (first === 0xfd) return this.uint(3);
    return first;
  }

  untilZero(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const stop = end === -1 ? this.#bytes.length : end;
    const value = this.#bytes.toString("utf8", this.#at, stop);
    this.#at = stop + 1;
    return value;
  }

  rest(): string {
    const value = this.#bytes.toString("utf8", this.#at);
    this.#at = this.#bytes.length;
    return value;
  }
}
