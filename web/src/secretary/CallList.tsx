import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { byName } from "../i18n/sort";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Row, Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useCopy } from "../ui/useCopy";
import { useOneGroup } from "./useOneGroup";

/** Who has not read and was not told: called one after the other; whoever was told leaves the list. */
export default function CallList() {
  const id = usePathId();
  const readers = useCopy<Shapes["Readers"]>(`/v1/meetings/${id}/readers?read=false&limit=500`);
  const [told, setTold] = useState<ReadonlySet<string>>(new Set());
  const group = useOneGroup();
  const items = (readers.data?.items ?? []).filter((reader) => !reader.told_at && !told.has(reader.member.id));

  async function tell(member: string) {
    await askMe("PUT", `/v1/meetings/${id}/readers/${member}`, { body: { told: true }, key: newKey() });
    setTold(new Set(told).add(member));
  }
  return (
    <Screen title={vi.calls.title} of={readers} back="/app/chi-bo">
      {items.length === 0 ? (
        <Status kind="done">{vi.calls.none}</Status>
      ) : (
        <Status kind="waiting" isLive>
          {vi.calls.left(items.length)}
        </Status>
      )}
      {items.length > 0 && group.choice}
      <Rows>
        {byName(
          group.of(items, (reader) => reader.member.id),
          (reader) => reader.member.full_name,
        ).map(({ member, phone }) => (
          <Row key={member.id} title={<span class="strong">{member.full_name}</span>}>
            <span class="line">
              {phone ? (
                <a class="button" href={`tel:${phone}`}>
                  <Icon name="phone" />
                  {vi.calls.call}
                </a>
              ) : (
                <span class="hint">{vi.calls.noPhone}</span>
              )}
              <Button kind="quiet" onPress={() => tell(member.id)}>
                {vi.calls.told}
              </Button>
            </span>
          </Row>
        ))}
      </Rows>
    </Screen>
  );
}
