"use client";
/** What leaves the page: a text into the clipboard, or a file. Told either way. */
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("Copied {what}.", { what }));
  } catch {
    // Without a secure page a browser copies nothing.
    toast(t("This browser copies nothing here. Open the console over https, or as localhost."), { tone: "danger" });
  }
}

export function downloadFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // It is taken over when the click returns, in every browser by the next second.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
