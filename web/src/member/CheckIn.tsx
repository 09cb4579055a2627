import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Home } from "../api/client";
import { vi } from "../i18n/vi";
import { flush, save } from "../sync/outbox";
import { me } from "../sync/session";
import { idOf } from "../ui/address";
import { ButtonLink } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Screen } from "../ui/Screen";
import { useCopy } from "../ui/useCopy";
import { Said } from "../ui/words";
import { Sent } from "./Sent";

/** The phone's own camera opens /app/diem-danh#m=MEETING&k=CODE; who has no camera types the code that is shown. */
function fromAddress(): { meeting: string; code: string } {
  const given = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(history.state, "", location.pathname);
  return { meeting: given.get("m") ?? "", code: given.get("k") ?? "" };
}

/** "Tôi có mặt": kept on the phone with the hour at which it was said, so that a hall without network is no matter. */
export default function CheckIn() {
  const { query } = useLocation();
  const [given] = useState(fromAddress);
  const [code, setCode] = useState(given.code);
  const [sent, setSent] = useState<string | null>(null);
  const home = useCopy<Home>("/v1/me/home");
  const meeting = idOf(given.meeting) ?? idOf(query.hop) ?? home.data?.next_meeting?.id ?? "";

  async function send() {
    const member = me.value?.member_id;
    if (!code.trim() || !member) throw new Said(vi.checkIn.empty);
    if (!meeting) throw new Said(vi.checkIn.noMeeting);
    const writing = {
      method: "POST",
      path: `/v1/meetings/${meeting}/check-in`,
      body: { code: code.trim(), at: new Date().toISOString() },
      subject: `check-in:${meeting}`,
      text: vi.meeting.checkIn,
      title: vi.checkIn.title,
    };
    const row = await save(member, writing).catch(() => {
      throw new Said(vi.notStored);
    });
    setSent(row.key);
    void flush(member);
  }

  if (sent)
    return (
      <Screen
        title={vi.checkIn.title}
        hasTabs={false}
        primary={
          <ButtonLink kind="primary" href={`/app/hop/${meeting}`}>
            {vi.comment.toMeeting}
          </ButtonLink>
        }
      >
        <Sent row={sent} />
      </Screen>
    );
  return (
    <Screen title={vi.checkIn.title} hasTabs={false} back="/app/">
      <Form isByEnter submit={vi.meeting.checkIn} onSubmit={send}>
        <Field
          label={vi.checkIn.code}
          hint={vi.checkIn.hint}
          value={code}
          onValue={setCode}
          autoComplete="off"
          isExact
        />
      </Form>
    </Screen>
  );
}
