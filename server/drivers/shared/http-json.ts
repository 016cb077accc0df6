/** A node's answer in JSON, looked at before it is believed. */
import type { z } from "zod";
import { ask } from "./http.ts";

export type Told<T> =
  | { readonly is: "told"; readonly value: T; readonly status: number }
  /** `refused`: nobody listens there. `silent`: no answer in time, or none that was to be expected. */
  | { readonly is: "refused" | "silent"; readonly why: string };

export type AskOptions = Parameters<typeof ask>[1];

/** Whatever its status: some tell in a 503 why. */
export async function askJson<T>(url: string, schema: z.ZodType<T>, options: AskOptions): Promise<Told<T>> {
  const answer = await ask(url, options);
  if (!answer.ok) return { is: answer.kind, why: answer.why };
  const parsed = schema.safeParse(parse(answer.body));
  if (parsed.success) return { is: "told", value: parsed.data, status: answer.status };
  return { is: "silent", why: `HTTP ${answer.status}, with an answer that was not to be expected` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
