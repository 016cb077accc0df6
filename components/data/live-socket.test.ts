import { expect, it } from "vitest";
import type { ServerMessage } from "#lib/wire/messages.ts";
import { CLOSE_SESSION_ENDED, createLiveSocket, type SocketState, type WireEvents } from "./live-socket.ts";
import { readMessage } from "./shapes.ts";

/** A console to connect to, a clock that is turned by hand, and everything that was said. */
function world() {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly act: () => void }[] = [];
  const wires: { readonly said: string[]; readonly events: WireEvents }[] = [];
  const states: SocketState[] = [];
  const heard: ServerMessage[] = [];
  const socket = createLiveSocket({
    connect(events) {
      const said: string[] = [];
      wires.push({ said, events });
      return { send: (text) => said.push(text), close: () => undefined };
    },
    read: readMessage,
    onMessage: (message) => heard.push(message),
    onState: (state) => states.push(state),
    now: () => nowMs,
    after(ms, act) {
      const timer = { atMs: nowMs + ms, act };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  });
  return {
    socket,
    wires,
    heard,
    state: () => states.at(-1),
    latest: () => wires.at(-1),
    pass: (ms: number): void => {
      const until = nowMs + ms;
      for (;;) {
        const due = timers.filter(({ atMs }) => atMs <= until).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers = timers.filter((each) => each !== due);
        nowMs = due.atMs;
        due.act();
      }
      nowMs = until;
    },
  };
}

const hello = JSON.stringify({ type: "hello", consoleVersion: "0.1.0", nowMs: 5000 });

it("asks for every topic again after a reconnect, each from what is held by then", () => {
  const { socket, latest, pass } = world();
  let seq = 3;
  socket.open();
  latest()?.events.opened();
  socket.subscribe("run/r", () => ({ type: "subscribe", topic: "run/r", afterSeq: seq }));
  seq = 9;
  latest()?.events.lost(1006);
  pass(300);
  latest()?.events.opened();
  expect(latest()?.said).toEqual([JSON.stringify({ type: "subscribe", topic: "run/r", afterSeq: 9 })]);
});

it("waits longer after each failure, three seconds at most, and starts anew once it was heard", () => {
  const { socket, wires, latest, pass } = world();
  socket.open();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const before = wires.length;
    latest()?.events.lost(1006);
    let waited = 0;
    while (wires.length === before) {
      pass(250);
      waited += 250;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 3000, 3000, 3000, 3000]);
  latest()?.events.opened();
  latest()?.events.heard(hello);
  const before = wires.length;
  latest()?.events.lost(1006);
  pass(250);
  expect(wires.length).toBe(before + 1);
});

it("a connection that says nothing is dead although nobody closed it", () => {
  const { socket, wires, latest, pass, state } = world();
  socket.open();
  latest()?.events.opened();
  pass(15_000);
  expect(state()?.status).toBe("waiting");
  pass(250);
  expect(wires).toHaveLength(2);
});

it("is lost since its first failure, however often it tries, until it is open again", () => {
  const { socket, latest, pass, state } = world();
  socket.open();
  latest()?.events.opened();
  pass(1000);
  latest()?.events.lost(1006);
  pass(250);
  latest()?.events.lost(1006);
  pass(600);
  expect(state()?.lostAtMs).toBe(1000);
  latest()?.events.opened();
  expect(state()?.lostAtMs).toBeNull();
});

it("gives up a handshake that nobody answers, and tries again", () => {
  const { socket, wires, pass } = world();
  socket.open();
  pass(9000);
  expect(wires).toHaveLength(1);
  pass(1300);
  expect(wires).toHaveLength(2);
});

it("learns the console's clock from its greeting", () => {
  const { socket, latest, state } = world();
  socket.open();
  latest()?.events.opened();
  latest()?.events.heard(hello);
  expect(state()?.offsetMs).toBe(5000);
});

it("tries no more once the session has ended: only a login helps", () => {
  const { socket, wires, latest, pass, state } = world();
  socket.open();
  latest()?.events.opened();
  latest()?.events.lost(CLOSE_SESSION_ENDED);
  pass(60_000);
  expect(wires).toHaveLength(1);
  expect(state()?.loggedOut).toBe(true);
});

it("a message that this page does not know is proof of life and nothing else", () => {
  const { socket, latest, heard, state } = world();
  socket.open();
  latest()?.events.opened();
  latest()?.events.heard(JSON.stringify({ type: "fromTheFuture" }));
  latest()?.events.heard("not json");
  expect(heard).toEqual([]);
  expect(state()?.heardAtMs).toBe(0);
});
