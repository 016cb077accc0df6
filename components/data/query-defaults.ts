import type { DefaultOptions } from "@tanstack/react-query";
import { ApiFailure } from "./client.ts";

const MOST_RETRIES = 3;

/** A question that was answered with no is not asked again; one that nobody answered is. */
export const queryDefaults: DefaultOptions = {
  queries: {
    staleTime: 1000,
    retry: (failures, error) =>
      failures < MOST_RETRIES && (!(error instanceof ApiFailure) || error.status === 0 || error.status >= 500),
  },
};
