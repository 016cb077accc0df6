import { describe, expect, it } from "vitest";
import { binaryRowPacket, columnPacket, errorPacket, textRowPacket } from "./answers.ts";
import { greeting, readHandshakeResponse } from "./greeting.ts";
import { nativePasswordAnswer, passwordMatches } from "./native-password.ts";
import { frame, FrameReader, lengthEncoded } from "./packets.ts";
import statements from "../recordings/statements.json" with { type: "json" };

const recorded = statements["greeting hex"];

describe("the greeting", () => {
  it("is the recorded one byte for byte, given its connection id and scramble", () => {
    const bytes = Buffer.from(recorded, "hex");
    const scramble = Buffer.concat([bytes.subarray(16, 24), bytes.subarray(43, 55)]);
    const connectionId = bytes.readUInt32LE(12);
    expect(frame(0, greeting("8.0.33", connectionId, scramble)).toString("hex")).toBe(recorded);
  });

  it("shows in its connection id which FE greets: id x 2^24 and a counter", () => {
    expect(Math.floor(Buffer.from(recorded, "hex").readUInt32LE(12) / 2 ** 24)).toBe(2);
  });
});

describe("mysql_native_password", () => {
  const scramble = Buffer.from("abcdefghijklmnopqrst");

  it("lets in the right password and nothing else", () => {
    const right = nativePasswordAnswer("secret", scramble);
    expect(passwordMatches("secret", scramble, right)).toBe(true);
    expect(passwordMatches("other", scramble, right)).toBe(false);
    expect(passwordMatches("secret", Buffer.from("ABCDEFGHIJKLMNOPQRST"), right)).toBe(false);
    expect(passwordMatches("secret", scramble, Buffer.alloc(0))).toBe(false);
  });

  it("takes an empty answer for an empty password", () => {
    expect(passwordMatches("", scramble, Buffer.alloc(0))).toBe(true);
  });
});

describe("frames", () => {
  it("are put together however the stream was cut", () => {
    const stream = Buffer.concat([frame(0, Buffer.from("first")), frame(1, Buffer.from("second"))]);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const reader = new FrameReader();
      const frames = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut))];
      expect(frames.map((each) => [each.sequence, each.payload.toString()])).toEqual([
        [0, "first"],
        [1, "second"],
      ]);
    }
  });

  it("write lengths in one, three or four bytes", () => {
    expect([250, 251, 65535, 65536].map((value) => lengthEncoded(value).length)).toEqual([1, 3, 3, 4]);
  });
});

describe("packets", () => {
  it("carry the SQLSTATE that the code has, and HY000 for the rest", () => {
    expect(errorPacket(1045, "no").toString("latin1")).toContain("#28000no");
    expect(errorPacket(1064, "no").toString("latin1")).toContain("#HY000no");
    expect(errorPacket(5203, "no").toString("latin1")).toContain("#42000no");
  });

  it("tell a null from an empty text", () => {
    expect(textRowPacket([null, ""])).toEqual(Buffer.from([0xfb, 0x00]));
  });

  it("mark nulls of a binary row in its bitmap", () => {
    const columns = ["a", "b"].map((name) => ({ name, type: "VAR_STRING" as const, length: 30 }));
    expect(binaryRowPacket([null, "x"], columns)).toEqual(Buffer.from([0x00, 0b100, 0x01, 0x78]));
  });

  it("give a text column's length in bytes, three for each character", () => {
    const packet = columnPacket({ name: "Alive", type: "VAR_STRING", length: 30 });
    expect(packet.readUInt32LE(packet.length - 10)).toBe(90);
    expect(packet.readUInt8(packet.length - 6)).toBe(253);
  });
});

describe("the client's answer to the greeting", () => {
  it("is read with its user, its answer and the plugin it was made with", () => {
    const payload = Buffer.concat([
      Buffer.from("0da2ba00", "hex"),
      Buffer.alloc(28),
      Buffer.from("sluice\0"),
      Buffer.from([3, 1, 2, 3]),
      Buffer.from("shop\0mysql_native_password\0"),
    ]);
    expect(readHandshakeResponse(payload)).toEqual({
      user: "sluice",
      answer: Buffer.from([1, 2, 3]),
      database: "shop",
      plugin: "mysql_native_password",
    });
  });
});
