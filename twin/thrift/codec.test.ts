import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bool,
  decodeMessage,
  double,
  encodeMessage,
  fields,
  i16,
  i32,
  i64,
  list,
  map,
  numberAt,
  struct,
  structAt,
  text,
  textAt,
  type ThriftValue,
} from "./codec.ts";

describe("the binary protocol", () => {
  it("writes the bytes that a real FE's heartbeat has", () => {
    // heartbeat(1: TMasterInfo{1: TNetworkAddress{1: "fe", 2: 9020}}), laid out by hand from the protocol's description.
    const expected =
      "8001000100000009686561727462656174" +
      "00000001" +
      "0c0001" +
      "0c0001" +
      "0b000100000002" +
      "6665" +
      "080002" +
      "0000233c" +
      "00" +
      "00" +
      "00";
    const bytes = encodeMessage(
      "heartbeat",
      "call",
      1,
      fields({ 1: struct({ 1: struct({ 1: text("fe"), 2: i32(9020) }) }) }),
    );
    expect(bytes.toString("hex")).toBe(expected);
  });

  it("reads back what it wrote, whatever that was", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.dictionary(smallId, value()), (name, seq, values) => {
        const written = fields(values);
        const bytes = encodeMessage(name, "reply", seq, written);
        expect(decodeMessage(bytes)).toEqual({
          status: "message",
          message: { name, type: "reply", seq, fields: written },
          length: bytes.length,
        });
      }),
    );
  });

  it("says that a message is incomplete at every byte but the last", () => {
    const bytes = encodeMessage("report", "call", 7, fields({ 1: struct({ 2: list("i64", [i64(1), i64(2)]) }) }));
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeMessage(bytes.subarray(0, length)).status).toBe("incomplete");
    expect(decodeMessage(bytes).status).toBe("message");
  });

  it("says where the next message begins when two came at once", () => {
    const first = encodeMessage("a", "call", 1, fields({}));
    const second = encodeMessage("b", "call", 2, fields({}));
    const decoded = decodeMessage(Buffer.concat([first, second]));
    expect(decoded.status === "message" && decoded.length).toBe(first.length);
  });

  it("refuses what is not Thrift instead of waiting for more of it", () => {
    expect(decodeMessage(Buffer.from("GET / HTTP/1.1\r\n")).status).toBe("malformed");
  });

  it("gives a field by its type, and null for any other", () => {
    const found = fields({ 1: text("x"), 2: i64(9_007_199_254_740_991n), 3: struct({ 1: double(0.5) }), 4: null });
    expect([textAt(found, 1), textAt(found, 2), textAt(found, 4)]).toEqual(["x", null, null]);
    expect(numberAt(found, 2)).toBe(Number.MAX_SAFE_INTEGER);
    expect(numberAt(structAt(found, 3) ?? fields({}), 1)).toBe(0.5);
  });
});

const smallId = fc.integer({ min: 1, max: 300 }).map(String);

function value(): fc.Arbitrary<ThriftValue> {
  const scalar = fc.oneof(
    fc.boolean().map(bool),
    fc.integer({ min: -32_768, max: 32_767 }).map(i16),
    fc.integer().map(i32),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(i64),
    fc.double({ noNaN: true }).map(double),
    fc.string({ unit: "grapheme" }).map(text),
  );
  return fc.oneof(
    scalar,
    fc.array(fc.integer().map(i32)).map((items) => list("i32", items)),
    fc.dictionary(smallId, scalar).map(struct),
    fc
      .array(fc.tuple(fc.string().map(text), fc.dictionary(smallId, scalar).map(struct)), { minLength: 1 })
      .map((entries) => map("string", "struct", entries)),
  );
}
