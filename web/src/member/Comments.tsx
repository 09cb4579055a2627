import type { Pack } from "../api/client";
import { clock, day } from "../i18n/format";
import { vi } from "../i18n/vi";
import { Answer } from "../secretary/Answer";
import { Icon } from "../ui/Icon";

interface Props {
  pack: Pack;
  /** Of a secretary: unanswered comments can be answered here. */
  canAnswer: boolean;
  onChange: () => void;
}

/** What has been said before the meeting, and what was answered. 146 of them fold into one line. */
export function Comments({ pack, canAnswer, onChange }: Props) {
  const { comments, meeting } = pack;
  const titles = new Map(meeting.agenda.map((item) => [item.id, item.title]));
  if (comments.length === 0) return <p class="hint">{vi.meeting.noComments}</p>;
  return (
    <details open={comments.length <= 5}>
      <summary>{vi.meeting.comments(comments.length)}</summary>
      <ul class="rows">
        {comments.map((comment) => (
          <li class="row" key={comment.id}>
            <p class="strong">{comment.author.full_name}</p>
            {comment.agenda_item_id && <p class="hint">{titles.get(comment.agenda_item_id)}</p>}
            <p class="paper">{comment.text}</p>
            <p class="hint">
              {clock(comment.created_at)}, {day(comment.created_at)}
            </p>
            {comment.visibility === "secretary" && (
              <p class="line">
                <Icon name="eye" />
                {vi.meeting.onlySecretary}
              </p>
            )}
            {!comment.answer && canAnswer && <Answer meeting={meeting.id} comment={comment.id} onDone={onChange} />}
            {comment.answer && (
              <div class="card">
                <p class="strong">{vi.meeting.answer(comment.answer.author.full_name)}</p>
                <p class="paper">{comment.answer.text}</p>
              </div>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
