/**
 * Telling a Dgraph to leave, and to leave sooner. A plain GET ends it, so one is sent only after a look at what is there:
 * an engine that leaves is not told again without a reason, and one that serves is never "shortened".
 */
import type { Outcome } from "#lib/run/command.ts";
import type { ServerNode } from "../servers/server-node.ts";
import type { ExitOrder } from "../servers/service.ts";
import type { Deadlines } from "./deadlines.ts";
import { pathOf, urlOf, type Engine, type EngineAnswer } from "./engine.ts";
import { secondsOf, whyNotSooner } from "./law.ts";
import { readLeaving } from "./leaving.ts";
import type { Readiness } from "./readiness.ts";
import { exitReply, oneLine } from "./reply.ts";
import type { MdexWorld } from "./world.ts";

const ANSWER_MS = 10_000;

/** How it stands towards an exit. `closed`: nobody listens. `unclear`: neither a query nor a refusal came back. */
type Stance = "serves" | "leaves" | "closed" | "unclear";

export class Exits {
  readonly #world: MdexWorld;
  readonly #engine: Engine;
  readonly #readiness: Readiness;
  readonly #deadlines: Deadlines;
  readonly #accepted = new Map<string, Outcome>();

  constructor(world: MdexWorld, engine: Engine, readiness: Readiness, deadlines: Deadlines) {
    this.#world = world;
    this.#engine = engine;
    this.#readiness = readiness;
    this.#deadlines = deadlines;
  }

  async exit({ commandId, node, limitMs }: ExitOrder, signal: AbortSignal): Promise<Outcome> {
    const before = this.#accepted.get(commandId);
    if (before !== undefined) return before;
    const stance = await this.#stance(node, signal);
    if (stance === "closed") return await this.#whenClosed(node, signal);
    if (stance === "serves") this.#deadlines.forget(node);
    const begun = stance === "leaves" ? await this.#whyNotAgain(node, limitMs, signal) : null;
    const outcome = begun ?? (await this.#send(node, limitMs, signal));
    if (outcome.outcome === "done") this.#accepted.set(commandId, outcome);
    return outcome;
  }

  async shorten(node: ServerNode, limitMs: number, signal: AbortSignal): Promise<Outcome> {
    const stance = await this.#stance(node, signal);
    if (stance === "serves") {
      const reason =
        "it serves queries: it was not told to leave, or another process runs in its place; nothing was sent";
      return { outcome: "refused", reason };
    }
    if (stance === "closed") return { outcome: "refused", reason: CANNOT_BE_TOLD };
    const nowMs = this.#world.clock.now();
    const why = whyNotSooner(await this.#deadlines.of(node, signal), nowMs, limitMs);
    return why === null ? await this.#send(node, limitMs, signal) : { outcome: "refused", reason: why };
  }

  /** At once: what runs is cut, as at any limit. A kill follows if the process stays. */
  async force(node: ServerNode, signal: AbortSignal): Promise<Outcome> {
    return await this.#send(node, 0, signal);
  }

  async #stance(node: ServerNode, signal: AbortSignal): Promise<Stance> {
    const { admission, process } = await this.#readiness.ask(node, signal);
    if (process?.value === "gone") return "closed";
    if (process?.value === "exiting") return "leaves";
    return admission?.value === "accepting" ? "serves" : "unclear";
  }

  /** It leaves already. The same request again is not sent; a limit that is sooner is. */
  async #whyNotAgain(node: ServerNode, limitMs: number | null, signal: AbortSignal): Promise<Outcome | null> {
    const leaves = "it leaves already: a query is answered with 503";
    if (limitMs === null) return { outcome: "done", evidence: `${leaves}; it was not told again` };
    const deadlineMs = await this.#deadlines.of(node, signal);
    const why = whyNotSooner(deadlineMs, this.#world.clock.now(), limitMs);
    return why === null ? null : { outcome: "done", evidence: `${leaves}, and ${why}` };
  }

  async #whenClosed(node: ServerNode, signal: AbortSignal): Promise<Outcome> {
    const read = await readLeaving(this.#world, node, signal);
    if (read.ok && read.value !== null && read.value.closing === null) {
      return {
        outcome: "done",
        evidence: "it leaves already: its port is closed, and its error log tells of the request",
      };
    }
    const how = read.ok ? "its error log tells of no request that is still open" : read.why;
    return {
      outcome: "unknown",
      cause: `nobody listens at ${node.address}, and whether it was told to leave is not known: ${how}`,
    };
  }

  async #send(node: ServerNode, limitMs: number | null, signal: AbortSignal): Promise<Outcome> {
    const seconds = limitMs === null ? null : secondsOf(limitMs);
    const path = pathOf(this.#world.settingsOf(node.id), { exit: seconds });
    this.#readiness.letGo(node);
    const askedAtMs = this.#world.clock.now();
    const answer = await this.#engine.get(node, path, ANSWER_MS, signal);
    this.#world.tell(node.id, "sluice$", `curl '${urlOf(node, path)}'`, resultOf(answer));
    if (answer.is === "refused") {
      return { outcome: "unknown", cause: `nobody listens at ${node.address} any more: it may have gone meanwhile` };
    }
    if (answer.is === "silent") return await this.#afterSilence(node, answer.why, signal);
    const reply = exitReply(answer.status, answer.body);
    if (reply.is === "mistake") return { outcome: "refused", reason: `${node.address} answered ${reply.said}` };
    if (reply.withinSeconds !== null) this.#deadlines.note(node, askedAtMs, reply.withinSeconds * 1000);
    const ignored = seconds !== null && reply.withinSeconds === null;
    const remark = ignored ? `; it took no limit, so that the console's own kill keeps the ${seconds} s` : "";
    return { outcome: "done", evidence: `${node.address} answered "${reply.said}"${remark}` };
  }

  /** The answer is lost; whether the request was heard shows in what a query gets. */
  async #afterSilence(node: ServerNode, why: string, signal: AbortSignal): Promise<Outcome> {
    const stance = await this.#stance(node, signal);
    if (stance === "leaves") return { outcome: "done", evidence: `its answer is lost (${why}), and it leaves: 503` };
    return { outcome: "unknown", cause: `${node.address} gave no answer to the exit: ${why}` };
  }
}

export const CANNOT_BE_TOLD =
  "its port is closed: a release that closes it when it leaves (6.5.2) hears nothing more, and only its process can be ended";

function resultOf(answer: EngineAnswer): string {
  if (answer.is === "answered") return `${answer.status} ${oneLine(answer.body)}`;
  return answer.is === "refused" ? "connection refused" : answer.why;
}
