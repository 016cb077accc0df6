/** A password from the terminal, unseen and twice, or as one line from a pipe. Never an argument: those all can see. */
import { createInterface } from "node:readline";
import type { Answer } from "./console-client.ts";

export async function readPassword(name: string): Promise<Answer<string>> {
  const { stdin } = process;
  if (!stdin.isTTY) return fromPipe();
  const first = await typed(`Password of ${name}: `);
  if (first === null) return { ok: false, why: "Nothing was changed." };
  const second = await typed("The same again: ");
  return first === second
    ? { ok: true, value: first }
    : { ok: false, why: "The two are not the same; nothing was changed." };
}

async function fromPipe(): Promise<Answer<string>> {
  for await (const line of createInterface({ input: process.stdin })) return { ok: true, value: line };
  return { ok: false, why: "No password came on standard input; nothing was changed." };
}

const ENTER = new Set(["\r", "\n", "\u0004"]);
const CTRL_C = "\u0003";
const BACKSPACE = new Set(["\u007f", "\b"]);

/** Null: Ctrl-C. */
function typed(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  return new Promise((resolve) => {
    let text = "";
    const end = (value: string | null): void => {
      stdin.off("data", heard);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      resolve(value);
    };
    const heard = (chunk: string): void => {
      for (const key of chunk) {
        if (key === CTRL_C) return end(null);
        if (ENTER.has(key)) return end(text);
        text = BACKSPACE.has(key) ? Array.from(text).slice(0, -1).join("") : text + key;
      }
    };
    stdin.on("data", heard);
    stdin.resume();
  });
}
