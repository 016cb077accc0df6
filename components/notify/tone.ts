/** Two short tones. A browser lets a page sound only after somebody pressed something on it. */
let audio: AudioContext | null = null;

export async function soundTone(): Promise<void> {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") await audio.resume();
    beep(audio, 660, 0);
    beep(audio, 880, 0.16);
  } catch {
    // Without sound the title still tells.
  }
}

const LOUDNESS = 0.12;
const LENGTH_S = 0.14;

function beep(context: AudioContext, hertz: number, afterS: number): void {
  const from = context.currentTime + afterS;
  const [tone, level] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  level.gain.setValueAtTime(0, from);
  level.gain.linearRampToValueAtTime(LOUDNESS, from + 0.01);
  level.gain.linearRampToValueAtTime(0, from + LENGTH_S);
  tone.connect(level).connect(context.destination);
  tone.start(from);
  tone.stop(from + LENGTH_S);
}
