/**
 * A page's title, in the language of whoever asked for it. These pages are a bundle of their own beside that of the
 * screens, with modules of their own: they learn the language for themselves.
 */
import type { Metadata } from "next";
import { cache } from "react";
import { clustersQuery } from "#components/data/queries.ts";
import { currentLanguage } from "#components/language/current.ts";
import { loaded } from "#components/language/load.ts";
import { visitorApi, visitorCache } from "./prefetch.ts";

export async function titled(say: () => string): Promise<Metadata> {
  await learned();
  return { title: say() };
}

/** To be awaited before `t` is asked in what the server alone renders. */
export async function learned(): Promise<void> {
  const language = currentLanguage();
  if (language !== "en") await loaded(language);
}

/** As people call it; its id where the console does not answer. */
export async function clusterName(clusterId: string): Promise<string> {
  return (await names()).get(clusterId) ?? clusterId;
}

const names = cache(async (): Promise<ReadonlyMap<string, string>> => {
  try {
    const clusters = await visitorCache().fetchQuery(clustersQuery(await visitorApi()));
    return new Map(clusters.map(({ id, name }) => [id, name]));
  } catch {
    return new Map();
  }
});
