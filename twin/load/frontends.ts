import { get } from "node:http";
import { addressOf } from "../sql.ts";

/** FEs as a careful client sees them: only those whose `/api/health` said 200 at the last look get new work. */
export class Frontends {
  private readonly hosts: readonly string[];
  private readonly healthy = new Map<string, boolean>();
  private readonly timer: NodeJS.Timeout;
  private used: readonly string[] | null = null;
  private turn = 0;

  constructor(hosts: readonly string[], pollEveryMs: number) {
    this.hosts = hosts;
    this.timer = setInterval(() => void this.lookAtAll(), pollEveryMs);
  }

  async lookAtAll(): Promise<void> {
    await Promise.all(this.hosts.map(async (host) => this.healthy.set(host, (await healthCode(host)) === 200)));
  }

  isHealthy(host: string): boolean {
    return this.healthy.get(host) ?? false;
  }

  /** A connection was refused: the next look may bring it back. */
  suspect(host: string): void {
    this.healthy.set(host, false);
  }

  /** Only these are asked from now on; null: all. */
  use(hosts: readonly string[] | null): void {
    this.used = hosts;
  }

  /** The healthy ones, beginning with whose turn it is. */
  inTurn(): readonly string[] {
    this.turn += 1;
    const from = this.turn % this.hosts.length;
    return [...this.hosts.slice(from), ...this.hosts.slice(0, from)].filter(
      (host) => this.isHealthy(host) && (this.used?.includes(host) ?? true),
    );
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function healthCode(host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(
      { host, port: 8030, path: "/api/health", timeout: 1000, localAddress: addressOf("load", host) },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? null);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}
