"use client";
/**
 * What stands over a screen, asked for when it is first opened: the first paint does without it. It is fetched ahead once
 * the page has nothing else to do, so that a question does not wait for the network.
 */
import dynamic from "next/dynamic";
import { useEffect } from "react";
import { untilHere } from "#components/ui/until-here.ts";

const palette = () => untilHere(() => import("./command-palette.tsx"));
const keys = () => untilHere(() => import("./keys-dialog.tsx"));
const question = () => untilHere(() => import("./confirm-question.tsx"));

export const CommandPalette = dynamic(async () => (await palette()).CommandPalette, { ssr: false });
export const KeysDialog = dynamic(async () => (await keys()).KeysDialog, { ssr: false });
export const ConfirmQuestion = dynamic(async () => (await question()).ConfirmQuestion, { ssr: false });
/** It shows nothing, and reads what another tab kept: at once, but after the first paint. */
export const Notifier = dynamic(
  async () => (await untilHere(() => import("#components/notify/notifier.tsx"))).Notifier,
  { ssr: false },
);

const AFTER_MS = 3000;

export function useFetchedAhead(): void {
  useEffect(() => {
    // What cannot be fetched now is fetched when it is opened.
    const timer = setTimeout(() => void Promise.allSettled([palette(), keys(), question()]), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}
