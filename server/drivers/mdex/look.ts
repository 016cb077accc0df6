/**
 * What a Dgraph shows of itself. Readiness is a query that is served: a ping is answered with top priority to the very
 * end, so that it tells that the engine lives and nothing more.
 */
import type { ServiceLook } from "../servers/service.ts";
import type { EngineAnswer } from "./engine.ts";
import { isPong, oneLine } from "./reply.ts";

type Told = Pick<ServiceLook, "admission" | "process" | "word" | "remark">;

/** `where`: what was asked, as it would be typed. */
export function toldBy(query: EngineAnswer, ping: EngineAnswer, where: string): Told {
  const isAlive = ping.is === "answered" && isPong(ping.status, ping.body);
  const said = `GET ${where}: ${inWords(query)}; ping: ${isAlive ? "OK" : inWords(ping)}`;
  const up = { value: "up", said } as const;
  switch (query.is) {
    case "answered": {
      if (query.status === 200)
        return { admission: { value: "accepting", said }, process: up, word: "query 200", remark: null };
      const refusing = { value: "refusing", said } as const;
      // MDEX 2.1.1: every new request that is not administrative gets this, once an exit was asked for.
      if (query.status === 503) {
        return { admission: refusing, process: { value: "exiting", said }, word: "query 503", remark: null };
      }
      const word = `query ${query.status}`;
      if (query.status > 500) return { admission: refusing, process: up, word, remark: oneLine(query.body) };
      const remark = `the readiness query is answered with ${query.status}; give one in the configuration that it serves`;
      return { admission: query.status === 500 ? refusing : null, process: up, word, remark };
    }
    case "refused":
      // One that answers a ping has a port of its own for queries, or came up between the two.
      if (isAlive) return { admission: { value: "refusing", said }, process: up, word: "ping OK", remark: null };
      return {
        admission: { value: "refusing", said },
        process: { value: "gone", said },
        word: "refused",
        remark: null,
      };
    case "silent": {
      if (!isAlive) return { admission: null, process: null, word: null, remark: null };
      // `config?op=update` and two others finish what there is and have the rest wait: it may be doing one of them.
      const remark = "it answers a ping and not the query: busy, or applying an update";
      return { admission: null, process: up, word: "ping OK", remark };
    }
    default:
      return query satisfies never;
  }
}

function inWords(answer: EngineAnswer): string {
  switch (answer.is) {
    case "answered":
      return `${answer.status} "${oneLine(answer.body).slice(0, 60)}"`;
    case "refused":
      return "connection refused";
    case "silent":
      return answer.why;
    default:
      return answer satisfies never;
  }
}
