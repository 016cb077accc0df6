"use client";
/** Asked for when it is opened: the first paint of a cluster does without it. */
import dynamic from "next/dynamic";

export const ByHandDialog = dynamic(async () => (await import("./by-hand-dialog.tsx")).ByHandDialog, { ssr: false });
