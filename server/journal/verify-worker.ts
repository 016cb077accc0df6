/** A thread of its own: reading a whole journal takes seconds, and the console goes on meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { verifyJournal } from "./verify.ts";

const { problems } = verifyJournal(z.string().parse(workerData));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(problems.map(({ stream, seq, what, remedy }) => ({ stream, seq, what, remedy })));
