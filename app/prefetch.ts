import { QueryClient, dehydrate, type DehydratedState } from "@tanstack/react-query";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { ApiFailure, createApi, type Api } from "#components/data/client.ts";
import { queryDefaults } from "#components/data/query-defaults.ts";

/** The API on behalf of the visitor whose page this is: with their cookie, over loopback. */
export async function visitorApi(): Promise<Api> {
  const sent = await headers();
  const cookie = sent.get("cookie");
  return createApi(process.env["SLUICE_URL"] ?? "", cookie === null ? {} : { cookie });
}

/**
 * Reads what a screen shows first. What cannot be read is left to the browser, which tries again and says why; only a
 * thing that does not exist is a page of its own.
 */
export async function prefetched(read: (cache: QueryClient, api: Api) => Promise<unknown>): Promise<DehydratedState> {
  const cache = visitorCache();
  try {
    await read(cache, await visitorApi());
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) notFound();
    if (!(error instanceof ApiFailure)) throw error;
  }
  return dehydrate(cache);
}

/** Of one page; what fails is asked for again by the browser, not here. */
export function visitorCache(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { ...queryDefaults.queries, retry: false } } });
}
