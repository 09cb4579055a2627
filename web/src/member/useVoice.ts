import { useEffect, useRef, useState } from "preact/hooks";

const WAIT_MS = 2_000;
export const RATES = { slow: 0.8, usual: 1, fast: 1.3 } as const;
export type Rate = keyof typeof RATES;

function vietnamese(): SpeechSynthesisVoice | undefined {
  return globalThis.speechSynthesis?.getVoices().find((voice) => voice.lang.toLowerCase().startsWith("vi"));
}

/** Reads sentences aloud, one after the other; `at` is the one that is being read, -1: none. `onPlace` is told of each
 * before it is spoken; null: all were read. */
export function useVoice(
  sentences: readonly string[],
  onPlace: (at: number | null) => void,
): {
  at: number;
  hasVoice: boolean | null;
  play: (from: number, rate: Rate) => void;
  stop: () => void;
} {
  const [at, setAt] = useState(-1);
  const [hasVoice, setHasVoice] = useState<boolean | null>(null);
  const turn = useRef(0);

  function stop() {
    turn.current++;
    globalThis.speechSynthesis?.cancel();
    setAt(-1);
  }
  useEffect(() => stop, []);

  /** Voices may come late; a browser without any says nothing at all. */
  function findVoice(): Promise<SpeechSynthesisVoice | undefined> {
    const found = vietnamese();
    if (found || !globalThis.speechSynthesis) return Promise.resolve(found);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(vietnamese()), WAIT_MS);
      speechSynthesis.addEventListener(
        "voiceschanged",
        () => {
          clearTimeout(timer);
          resolve(vietnamese());
        },
        { once: true },
      );
    });
  }

  async function play(from: number, rate: Rate) {
    const mine = ++turn.current;
    globalThis.speechSynthesis?.cancel();
    const voice = await findVoice();
    setHasVoice(!!voice);
    if (!voice || mine !== turn.current) return;
    speak(from, rate, voice, mine);
  }

  function speak(index: number, rate: Rate, voice: SpeechSynthesisVoice, mine: number) {
    if (mine !== turn.current) return;
    const text = sentences[index];
    onPlace(text === undefined ? null : index);
    if (text === undefined) return setAt(-1);
    setAt(index);
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = RATES[rate];
    said.onend = () => speak(index + 1, rate, voice, mine);
    said.onerror = () => mine === turn.current && setAt(-1);
    speechSynthesis.speak(said);
  }
  return { at, hasVoice, play: (from, rate) => void play(from, rate), stop };
}
