import { createServer, type Server } from "node:net";

/** A /24 of the loopback network that this twin alone uses, for as long as it is held. */
export type Subnet = { readonly prefix: string; release(): void };

/** The lock of a subnet: an address and port that no node has. */
const lockHost = 254;
const lockPort = 9999;

/** Linux answers on all of 127/8 without any setup. A free subnet is one whose lock and whose FE port can be bound. */
export async function takeSubnet(wanted: string | null): Promise<Subnet | null> {
  if (wanted !== null) return hold(wanted);
  for (let third = 10; third < 250; third += 1) {
    const held = await hold(`127.0.${third}`);
    if (held !== null) return held;
  }
  return null;
}

async function hold(prefix: string): Promise<Subnet | null> {
  const lock = await tryListen(`${prefix}.${lockHost}`, lockPort);
  if (lock === null) return null;
  for (const [host, port] of [
    [1, 9030],
    [1, 8030],
    [11, 9050],
  ] as const) {
    const probe = await tryListen(`${prefix}.${host}`, port);
    if (probe === null) {
      lock.close();
      return null;
    }
    await new Promise<void>((resolve) => probe.close(() => resolve()));
  }
  lock.unref();
  return { prefix, release: () => lock.close() };
}

function tryListen(host: string, port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(null));
    server.listen(port, host, () => resolve(server));
  });
}
