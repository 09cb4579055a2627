import type { Shapes } from "../api/client";
import { branch } from "../i18n/branch";
import { date } from "../i18n/format";
import { vi } from "../i18n/vi";
import { newKey } from "../sync/lock";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { State } from "../ui/Screen";
import { useList } from "../ui/useList";

type Transfer = Shapes["Transfer"];
const words = branch.people;

/** Who comes and who goes; the branch that he comes to says whether it takes him. */
export function Transfers({ own }: { own: string }) {
  const list = useList<Transfer>("/v1/transfers?limit=20");
  async function settle(id: string, how: "approve" | "decline" | "revert") {
    await askMe("POST", `/v1/transfers/${id}/${how}`, { body: {}, key: newKey(), waitS: 20 });
    list.retry();
  }
  return (
    <section class="stack">
      <h2>{words.transfers}</h2>
      <State of={list} />
      {list.data && list.items.length === 0 && <p>{words.noTransfers}</p>}
      <Rows>
        {list.items.map((transfer) => (
          <Row key={transfer.id} title={<span class="strong">{transfer.member.full_name}</span>}>
            <span>{words.fromTo(transfer.from_branch.name, transfer.to_branch.name)}</span>
            <span>
              {words.states[transfer.state]}
              {transfer.until && ` · ${words.until(date(transfer.until))}`}
            </span>
            <span class="hint">{transfer.reason}</span>
            {transfer.state === "requested" && (
              <span class="line">
                {transfer.to_branch.id === own ? (
                  <>
                    <Button onPress={() => settle(transfer.id, "approve")}>{words.approve}</Button>
                    <Button kind="quiet" onPress={() => settle(transfer.id, "decline")}>
                      {words.decline}
                    </Button>
                  </>
                ) : (
                  <Button kind="quiet" onPress={() => settle(transfer.id, "revert")}>
                    {words.revert}
                  </Button>
                )}
              </span>
            )}
          </Row>
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </section>
  );
}
