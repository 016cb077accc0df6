/**
 * A backend as a careful team writes it: it refuses politely, finishes what it has, and closes what it holds in the reverse
 * order of how it came by it. Its numbers stand on a second port, which is closed last.
 *
 *   PORT ADMIN_PORT STATE       where it listens, where its files lie
 *   NOTICE_MS                   how long it goes on serving after the signal, not ready any more
 *   MODE                        careful | stubborn (heeds no signal) | broken (fails to close) | rude (ends at once)
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const { PORT = "0", ADMIN_PORT = "0", STATE = ".", NOTICE_MS = "0", MODE = "careful" } = process.env;
const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

const log = (/** @type {string} */ text) => appendFileSync(`${STATE}/app.log`, `${text}\n`);
const count = { inFlight: 0, jobs: 0, requests: 0, failures: 0 };
/** @type {number[]} */
const queue = [];
/** @type {Set<import("node:stream").Duplex>} */
const peers = new Set();
/** @type {(() => void | Promise<void>)[]} What it holds, in the order in which it came by it. */
const held = [];
const state = { leaving: false };

/** A store that writes a transaction down when it begins and when it is committed. */
const store = {
  ping: async () => {
    if (existsSync(`${STATE}/store-hangs`)) await delay(60_000, undefined, { ref: false });
  },
  begin: (/** @type {string} */ id) => appendFileSync(`${STATE}/ledger`, `begin ${id}\n`),
  commit: (/** @type {string} */ id) => appendFileSync(`${STATE}/ledger`, `commit ${id}\n`),
};

function open(/** @type {string} */ what, /** @type {() => void | Promise<void>} */ close) {
  log(`opened ${what}`);
  held.push(async () => {
    await close();
    log(`closed ${what}`);
  });
}

async function ready() {
  if (state.leaving) return false;
  const late = delay(900, false, { ref: false });
  return await Promise.race([store.ping().then(() => true), late]);
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://here");
  void answer(url, response);
});

async function answer(/** @type {URL} */ url, /** @type {import("node:http").ServerResponse} */ response) {
  if (url.pathname === "/health") {
    const isReady = await ready();
    response.writeHead(isReady ? 200 : 500).end(isReady ? "ok" : "not ok");
    return;
  }
  count.inFlight += 1;
  count.requests += 1;
  if (state.leaving) log(`request after the signal: ${url.pathname}`);
  // A kept connection is not handed over: who leaves asks for another one.
  if (state.leaving) response.setHeader("connection", "close");
  const id = url.searchParams.get("id") ?? "";
  try {
    if (url.pathname === "/pay") store.begin(id);
    await delay(Number(url.searchParams.get("ms") ?? 0));
    if (url.pathname === "/pay") store.commit(id);
    if (url.pathname === "/job") queue.push(Number(url.searchParams.get("for") ?? 0));
    response.end(`${version}\n`);
  } finally {
    count.inFlight -= 1;
  }
}

server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`);
  peers.add(socket);
  socket.on("close", () => peers.delete(socket)).on("error", () => socket.destroy());
});

const admin = createServer((_request, response) => {
  response.setHeader("connection", "close");
  response.end(
    [
      `http_requests_in_flight ${count.inFlight}`,
      `jobs_running ${count.jobs}`,
      `http_requests_total{code="200"} ${count.requests}`,
      `http_request_failures_total ${count.failures}`,
      `build_info{version="${version}"} 1`,
      "",
    ].join("\n"),
  );
});

/** One job after the other, until it leaves: what is queued then goes back to where it came from. */
async function work() {
  while (!state.leaving) {
    const forMs = queue.shift();
    if (forMs === undefined) {
      await delay(20);
      continue;
    }
    count.jobs += 1;
    log("job begun");
    await delay(forMs);
    count.jobs -= 1;
    log("job done");
  }
  if (queue.length > 0) writeFileSync(`${STATE}/requeued`, `${queue.length}\n`);
}

async function leave(/** @type {string} */ signal) {
  if (state.leaving) return;
  log(`signal ${signal}`);
  if (MODE === "stubborn") return;
  if (MODE === "rude") process.exit(0);
  state.leaving = true;
  log("not ready");
  await delay(Number(NOTICE_MS));
  try {
    if (MODE === "broken") throw new Error("the store cannot be closed");
    for (const close of held.toReversed()) await close();
    log("exit 0");
    admin.close();
    process.exit(0);
  } catch (error) {
    log(`error ${String(error)}`);
    process.exit(1);
  }
}

mkdirSync(STATE, { recursive: true });
writeFileSync(`${STATE}/temporary`, "");
open("temporary file", () => rmSync(`${STATE}/temporary`));
open("store", async () => {
  const lines = existsSync(`${STATE}/ledger`) ? readFileSync(`${STATE}/ledger`, "utf8").split("\n") : [];
  const open = lines.filter((line) => line.startsWith("begin ")).length;
  const committed = lines.filter((line) => line.startsWith("commit ")).length;
  log(`store has ${open - committed} open`);
});
const working = work();
open("worker", async () => await working);
await new Promise((resolve) => server.listen(Number(PORT), "127.0.0.1", () => resolve(undefined)));
open("server", async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  // 1001, going away; then the stream ends.
  for (const peer of peers) peer.end(Buffer.from([0x88, 0x02, 0x03, 0xe9]));
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(idle);
});
await new Promise((resolve) => admin.listen(Number(ADMIN_PORT), "127.0.0.1", () => resolve(undefined)));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void leave(signal));
writeFileSync(`${STATE}/pid`, `${process.pid}\n`);
log(`ready ${version}`);
