/** One simulated Dgraph: an HTTP server that queries, administers and leaves as the engine's guides say it does. */
import { createServer, type Server } from "node:http";
import { askedBy, exitText, HELP, mistakeText, type Asked } from "./admin.ts";
import { Exchange } from "./exchange.ts";
import { appender, dateOf, requestLine, type Truth } from "./logs.ts";
import type { Options } from "./options.ts";
import { Shutdown } from "./shutdown.ts";
import type { EngineTime } from "./time.ts";
import { type Job, Work } from "./work.ts";

export type State = {
  readonly pid: number;
  readonly dataVersion: number;
  readonly executing: number;
  readonly queued: number;
  readonly merges: number;
  readonly exitAsked: boolean;
  readonly nowMs: number;
};

export class Dgraph {
  readonly #options: Options;
  readonly #time: EngineTime;
  readonly #work: Work;
  readonly #shutdown: Shutdown;
  readonly #server: Server;
  readonly #say: (line: string) => void;
  readonly #log: (line: string) => void;
  readonly #truth: (truth: Truth) => void;
  readonly #leave: () => void;
  /** Answers that are on their way: an exit's own leaves before the process does. */
  readonly #answers = new Set<Promise<void>>();
  readonly #exchangeOf = new Map<Job, Exchange>();
  readonly #data: DataVersion;
  #exchanges = 0;
  #requests = 0;

  /** `leave` ends the process. */
  constructor(options: Options, time: EngineTime, data: DataVersion, leave: () => void) {
    this.#options = options;
    this.#time = time;
    this.#data = data;
    this.#leave = leave;
    this.#say = appender(options.errorLog);
    this.#log = appender(options.requestLog);
    const { truthFile } = options.sim;
    const toFile = truthFile === null ? null : appender(truthFile);
    this.#truth = (truth) => toFile?.(JSON.stringify({ atMs: time.nowMs(), ...truth }));
    this.#work = new Work(time, options.threads, () => this.#shutdown.idle());
    this.#shutdown = new Shutdown({
      time,
      isIdle: () => this.#work.isIdle(),
      counts: () => this.#work.counts(),
      say: this.#say,
      date: () => this.#date(),
      leave: (how) => void this.#end(how),
    });
    this.#server = createServer((request, response) => {
      this.#exchanges += 1;
      const exchange = new Exchange(
        { id: this.#exchanges, queueStatus: this.#work.queueStatus(), time },
        request,
        response,
      );
      const url = new URL(exchange.url, "http://dgraph");
      this.#take(askedBy(url, options.sim.adminPath, options.noExit), url, exchange);
    });
  }

  async listen(): Promise<void> {
    const { host, port, sim } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    this.#truth({ what: "started", pid: process.pid, dataVersion: this.#data.value });
    this.#say(`simulation: a Dgraph ${sim.version} listens on port ${port} (pid=${process.pid})`);
  }

  state(): State {
    const exitAsked = this.#shutdown.isAsked();
    const [dataVersion, nowMs] = [this.#data.value, this.#time.nowMs()];
    return { pid: process.pid, dataVersion, ...this.#work.counts(), exitAsked, nowMs };
  }

  merge(seconds: number): void {
    this.#work.merge(seconds * 1000, () => this.#truth({ what: "mergeDone" }));
  }

  #take(asked: Asked, url: URL, exchange: Exchange): void {
    const { sim, host, port } = this.#options;
    const takesMs = (otherwiseSeconds: number): number =>
      Number(url.searchParams.get("sim-s") ?? otherwiseSeconds) * 1000;
    const admin = (text: () => string): void => this.#queue("admin", 0, false, exchange, text);
    switch (asked.is) {
      case "query":
        if (this.#shutdown.isAsked()) return this.#send(exchange.answer(503, "Service Unavailable\n"));
        return this.#queue("query", takesMs(sim.querySeconds), false, exchange, () => "<simulated-results/>\n");
      case "update":
        return this.#queue("update", takesMs(1), asked.alone, exchange, () => this.#applied());
      case "ping":
        // Before everything that waits: it tells that the engine lives, and nothing of what it takes (Endeca Server 7).
        return this.#send(exchange.answer(200, `dgraph ${host}:${port} responding at ${this.#date()}\n`));
      case "exit":
        return this.#exit(asked.limitSeconds, exchange);
      case "mistake":
        return this.#send(exchange.answer(400, mistakeText(asked.why)));
      case "help":
        return admin(() => HELP);
      case "stats":
        return admin(() => this.#stats());
      case "statsreset":
        return admin(() => this.#statsReset());
      default:
        asked satisfies never;
    }
  }

  #exit(limitSeconds: number | null, exchange: Exchange): void {
    this.#truth({ what: "exitAsked", limitSeconds });
    if (this.#options.sim.onExit === "close") {
      this.#server.close();
      this.#server.closeIdleConnections();
    }
    this.#send(exchange.answer(200, exitText(limitSeconds, this.#date()), true));
    this.#shutdown.ask(limitSeconds);
  }

  #queue(kind: Job["kind"], ms: number, alone: boolean, exchange: Exchange, text: () => string): void {
    const job: Job = {
      kind,
      ms,
      alone,
      end: async () => {
        this.#exchangeOf.delete(job);
        this.#requests += 1;
        const answer = text();
        this.#log(requestLine(exchange.logged(Buffer.byteLength(answer), ms)));
        if (kind === "query") this.#truth({ what: "queryDone", url: exchange.url });
        await exchange.answer(200, answer);
      },
    };
    this.#exchangeOf.set(job, exchange);
    this.#work.submit(job);
  }

  #date(): string {
    return dateOf(this.#time.nowMs());
  }

  #applied(): string {
    this.#data.next();
    this.#truth({ what: "updateApplied", dataVersion: this.#data.value });
    return `Dgraph admin, OK\nupdate applied, data version ${this.#data.value}\n`;
  }

  #stats(): string {
    const { executing, queued } = this.#work.counts();
    return `<stats simulation="true" requests="${this.#requests}" executing="${executing}" queued="${queued}"/>\n`;
  }

  #statsReset(): string {
    this.#requests = 0;
    return "Dgraph admin, OK\n";
  }

  #send(answer: Promise<void>): void {
    this.#answers.add(answer);
    void answer.finally(() => this.#answers.delete(answer));
  }

  async #end(how: "normally" | "cut"): Promise<void> {
    const { jobs, merges } = this.#work.cut();
    for (const job of jobs) this.#cut(job);
    for (let left = merges; left > 0; left -= 1) this.#truth({ what: "mergeAborted" });
    this.#truth({ what: "ended", how });
    await Promise.all(this.#answers);
    this.#leave();
  }

  #cut(job: Job): void {
    const exchange = this.#exchangeOf.get(job);
    // One that has no exchange any more is on its way out with its answer.
    if (exchange === undefined) return;
    exchange.cut();
    if (job.kind === "query") this.#truth({ what: "queryCut", url: exchange.url });
    if (job.kind === "update") this.#truth({ what: "updateCut", dataVersion: this.#data.value });
  }
}

/** Which updates are in the data: it is there again after a restart. */
export type DataVersion = { readonly value: number; next(): void };
