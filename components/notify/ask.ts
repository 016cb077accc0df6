"use client";
import { t } from "#components/language/t.ts";

/** From a press alone: a page that asks by itself is refused for good. Resolves with what to tell. */
export async function askToNotify(): Promise<string> {
  if (!("Notification" in window)) return t("This browser shows no notifications; title and icon tell.");
  const answer = await Notification.requestPermission();
  return answer === "granted"
    ? t("You are told of gates, holds and failures, here and in the background.")
    : t("The browser shows no notifications of this page; title and icon tell.");
}
