"use client";
import { useConfirmAction } from "#components/stores/confirm-action.ts";
import { ConfirmQuestion } from "./later.tsx";

export function ConfirmHost() {
  const action = useConfirmAction((state) => state.action);
  return action === null ? null : <ConfirmQuestion key={action.title} action={action} />;
}
