/**
 * The replay of the run on the screen. The URL owns the moment; here it stands while it moves, since a thumb that is
 * dragged and a replay that plays are faster than an address should be written.
 */
import { create } from "zustand";

export const SPEEDS = [1, 10, 60] as const;
export type Speed = (typeof SPEEDS)[number];

export type ReplayState = {
  /** Newer than the URL's; null: the URL's own holds. */
  readonly heldMs: number | null;
  readonly playing: boolean;
  readonly speed: Speed;
};

const RESTING = { heldMs: null, playing: false } as const;

export const useReplayStore = create<ReplayState>(() => ({ ...RESTING, speed: 10 }));

export function holdMoment(heldMs: number): void {
  useReplayStore.setState({ heldMs });
}

export function playReplay(playing: boolean): void {
  useReplayStore.setState({ playing });
}

export function setSpeed(speed: Speed): void {
  useReplayStore.setState({ speed });
}

/** The URL's moment holds again, if it has one. */
export function restReplay(): void {
  useReplayStore.setState(RESTING);
}
