import type { Shapes } from "../api/client";
import { clock, day } from "../i18n/format";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useList } from "../ui/useList";
import { placeOfItem } from "./places";

type Item = Shapes["InboxItem"];

export default function Inbox() {
  const inbox = useList<Item>("/v1/inbox");
  const newest = inbox.items[0];
  const hasUnread = inbox.items.some((item) => !item.read_at);

  async function readAll() {
    if (!newest) return;
    await askMe("POST", "/v1/inbox/read", { body: { up_to_id: newest.id }, key: newKey() });
    inbox.retry();
  }
  const primary = hasUnread && (
    <Button kind="primary" onPress={readAll}>
      {vi.inbox.all}
    </Button>
  );
  return (
    <Screen title={vi.inbox.title} of={inbox} back="/app/" primary={primary}>
      {inbox.items.length === 0 && <p>{vi.inbox.none}</p>}
      <Rows>
        {inbox.items.map((item) => (
          <Row key={item.id} href={placeOfItem(item)} title={item.title}>
            <span>{item.body}</span>
            <span class="hint">
              {clock(item.created_at)}, {day(item.created_at)}
            </span>
            {!item.read_at && <Status kind="waiting">{vi.inbox.unread}</Status>}
          </Row>
        ))}
      </Rows>
      {inbox.hasMore && <Button onPress={inbox.more}>{vi.more}</Button>}
    </Screen>
  );
}
