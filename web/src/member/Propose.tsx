import { useState } from "preact/hooks";
import type { Shapes } from "../api/client";
import { vi } from "../i18n/vi";
import { flush, save } from "../sync/outbox";
import { me } from "../sync/session";
import { Decide } from "../secretary/Decide";
import { usePathId } from "../ui/address";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Row, Rows } from "../ui/Row";
import { Screen, State } from "../ui/Screen";
import { Status } from "../ui/Status";
import { useDraft } from "../ui/useDraft";
import { useList } from "../ui/useList";
import { Said } from "../ui/words";
import { Sent } from "./Sent";
import { useMark } from "./useMark";

type Proposal = Shapes["ProposalList"]["items"][number];
const EMPTY = { title: "", reason: "" };

export default function Propose() {
  const id = usePathId();
  const list = useList<Proposal>(`/v1/meetings/${id}/proposals?limit=100`);
  const { can } = useMark(id);
  const { draft, set, clear } = useDraft(`proposal:${id}`, EMPTY);
  const [sent, setSent] = useState<string | null>(null);

  async function send() {
    const member = me.value?.member_id;
    const body = { title: draft.title.trim(), reason: draft.reason.trim() };
    if (!body.title || !body.reason || !member) throw new Said(vi.propose.empty);
    const writing = {
      method: "POST",
      path: `/v1/meetings/${id}/proposals`,
      body,
      subject: `meeting:${id}`,
      text: body.reason,
      title: body.title,
    };
    const row = await save(member, writing).catch(() => {
      throw new Said(vi.notStored);
    });
    await clear();
    setSent(row.key);
    void flush(member).then(list.retry);
  }

  return (
    <Screen hasTabs={false} title={vi.propose.title} back={`/app/hop/${id}`}>
      {sent && <Sent key={sent} row={sent} />}
      {can("propose") && (
        <Form submit={vi.propose.send} onSubmit={send}>
          <Field label={vi.propose.topic} value={draft.title} onValue={(title) => set({ title })} maxLength={200} />
          <Field
            label={vi.propose.reason}
            value={draft.reason}
            onValue={(reason) => set({ reason })}
            isLong
            maxLength={2000}
          />
        </Form>
      )}
      <section class="stack">
        <h2>{vi.propose.list}</h2>
        <State of={list} />
        {list.data && list.items.length === 0 && <p>{vi.propose.none}</p>}
        <Rows>
          {list.items.map((proposal) => (
            <Row key={proposal.id} title={<span class="strong">{proposal.title}</span>}>
              <span>{proposal.reason}</span>
              <span class="hint">{proposal.author.full_name}</span>
              <Status kind={proposal.state === "accepted" ? "done" : "info"}>
                {vi.propose.state[proposal.state]}
                {proposal.decision_reason && `: ${proposal.decision_reason}`}
              </Status>
              {proposal.state === "open" && can("decide_proposal") && (
                <Decide meeting={id} proposal={proposal.id} onDone={list.retry} />
              )}
            </Row>
          ))}
        </Rows>
        {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
      </section>
    </Screen>
  );
}
