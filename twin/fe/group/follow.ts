import type { Socket } from "node:net";
import { dial } from "#twin/faults/network.ts";
import { leaderLineSchema, onLines, sendLine, type LeaderLine, type Peer } from "./wire.ts";

export type FollowEvents = {
  /** The leader has said its first word. */
  readonly joined: () => void;
  readonly heard: (line: Exclude<LeaderLine, { say: "no" }>) => void;
  readonly lost: (afterJoining: boolean) => void;
};

/** A line to the leader, from the question to its end. */
export function follow(
  peer: Peer,
  localAddress: string,
  own: { readonly name: string; readonly lastTerm: number; readonly lastId: number },
  events: FollowEvents,
): Socket {
  const socket = dial({ host: peer.host, port: peer.port, localAddress });
  let joined = false;
  socket.on("connect", () => sendLine(socket, { ask: "follow", ...own }));
  socket.on("error", () => socket.destroy());
  socket.on("close", () => events.lost(joined));
  onLines(socket, (value) => {
    const line = leaderLineSchema.safeParse(value);
    if (!line.success || line.data.say === "no") {
      socket.destroy();
      return;
    }
    if (!joined) {
      joined = true;
      events.joined();
    }
    events.heard(line.data);
  });
  return socket;
}
