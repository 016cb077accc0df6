"use client";
/** Asked for when it is opened: nothing else of the form opens over the page. */
import dynamic from "next/dynamic";

export const RemoveDialog = dynamic(async () => (await import("./remove-dialog.tsx")).RemoveDialog, { ssr: false });
