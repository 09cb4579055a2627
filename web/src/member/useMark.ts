import type { Mark, Shapes } from "../api/client";
import { useCopy } from "../ui/useCopy";

/** What is mine about a thing: what I may do, what I have done. */
export function useMark(subject: string): { mark: Mark | null; can: (action: string) => boolean; retry: () => void } {
  const marks = useCopy<Shapes["MarkList"]>(`/v1/me/marks?subject_id=${subject}`);
  const mark = marks.data?.items.find((each) => each.subject.id === subject) ?? null;
  return { mark, can: (action) => mark?.can.includes(action) ?? false, retry: marks.retry };
}
