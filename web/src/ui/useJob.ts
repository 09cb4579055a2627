import { useEffect, useRef, useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { settled } from "../sync/job";
import { Said } from "./words";

type Operation = Shapes["Operation"];

/** Follows what runs at the server, as long as the screen is there. `follow` gives it once it has ended well, null if
 * nobody waits any more, and throws what went wrong. */
export function useJob(): {
  progress: Operation["progress"];
  isRunning: boolean;
  follow: (operation: Operation) => Promise<Operation | null>;
} {
  const [progress, setProgress] = useState<Operation["progress"]>(null);
  const [isRunning, setRunning] = useState(false);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  async function follow(operation: Operation): Promise<Operation | null> {
    setRunning(true);
    try {
      const done = await settled(operation, setProgress, () => isHere.current);
      if (done?.state === "rejected") throw new Said(done.problem?.detail ?? vi.unknownError);
      return done;
    } finally {
      if (isHere.current) {
        setRunning(false);
        setProgress(null);
      }
    }
  }
  return { progress, isRunning, follow };
}
