/**
 * A small service as five languages serve it: `Wait` answers after so many milliseconds, `Tick` streams until somebody
 * ends it. Its messages are the wrappers of protobuf, written out here so that no code is generated.
 */
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";

/** google.protobuf.Int64Value: field 1, a varint. */
function encodeNumber(value: number): Buffer {
  const bytes = [0x08];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function decodeNumber(bytes: Buffer): number {
  return bytes.subarray(1).reduceRight((value, byte) => value * 0x80 + (byte & 0x7f), 0);
}

/** google.protobuf.StringValue: field 1, a length and so many bytes. */
function encodeText(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x0a, Buffer.byteLength(value)]), Buffer.from(value)]);
}

function decodeText(bytes: Buffer): string {
  return bytes.subarray(2).toString();
}

function method(path: string, responseStream: boolean): MethodDefinition<number, string> {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: encodeNumber,
    requestDeserialize: decodeNumber,
    responseSerialize: encodeText,
    responseDeserialize: decodeText,
  };
}

export const wait = method("/fixture.Slow/Wait", false);
export const tick = method("/fixture.Slow/Tick", true);
export const slow = { wait, tick } satisfies ServiceDefinition;
