/** Messages that go by themselves, such as "Approved, sent in 5 s" with its Undo. */
import { create } from "zustand";

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: "note" | "danger";
  /** Null: nothing can be taken back. */
  readonly undo: { readonly label: string; readonly act: () => void } | null;
  readonly showMs: number;
};

export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));

const NOTE_MS = 6000;
const MOST = 4;
let lastId = 0;

export function toast(text: string, options: Partial<Pick<Toast, "tone" | "undo" | "showMs">> = {}): number {
  lastId += 1;
  const made: Toast = { id: lastId, text, tone: "note", undo: null, showMs: NOTE_MS, ...options };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, made].slice(-MOST) }));
  return made.id;
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}
