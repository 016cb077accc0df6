/** `sluice stage`: a release brought from the console's machine to a cluster's hosts, told until it is there. */
import { z } from "zod";
import type { Answer, ApiClient } from "./console-client.ts";

export const STAGE_USAGE = `  sluice stage CLUSTER VERSION   bring the release from the console's packages to every host, and wait until it is there`;

const staging = z
  .object({
    version: z.string(),
    endedAtMs: z.number().nullable(),
    problem: z.string().nullable(),
    hosts: z.array(
      z.object({ host: z.string(), at: z.string(), sentBytes: z.number(), ofBytes: z.number(), said: z.string() }),
    ),
  })
  .nullable();
type Staging = NonNullable<z.infer<typeof staging>>;

const MEGABYTE = 1024 * 1024;

export async function stageRelease(
  client: ApiClient,
  [clusterId, version]: readonly string[],
  print: (line: string) => void,
  wait: () => Promise<void>,
): Promise<Answer<string>> {
  if (clusterId === undefined || version === undefined) return { ok: false, why: STAGE_USAGE.trim() };
  const path = `/api/clusters/${encodeURIComponent(clusterId)}/staging`;
  let answer = await client.post(path, { version }, staging);
  let told = "";
  while (answer.ok && answer.value?.endedAtMs === null) {
    const line = progress(answer.value);
    if (line !== told && line !== "") print(line);
    told = line;
    await wait();
    answer = await client.get(path, staging);
  }
  if (!answer.ok) return answer;
  if (answer.value === null)
    return { ok: false, why: "The console was started again meanwhile. Ask once more: it is taken up." };
  const { hosts, problem } = answer.value;
  if (problem !== null) return { ok: false, why: problem };
  const text = hosts
    .map(({ host, at, said }) => `${host}  ${at === "done" ? "there" : "NOT THERE"}  ${said}`)
    .join("\n");
  return hosts.every(({ at }) => at === "done") ? { ok: true, value: text } : { ok: false, why: text };
}

function progress({ hosts }: Staging): string {
  return hosts
    .filter(({ at }) => at === "copying" || at === "unpacking")
    .map(({ host, at, sentBytes, ofBytes }) =>
      at === "copying"
        ? `${host}  ${Math.floor(sentBytes / MEGABYTE)} of ${Math.ceil(ofBytes / MEGABYTE)} MB`
        : `${host}  checking and unpacking`,
    )
    .join(", ");
}
