/** What the member opened and read, told to the server when there is network: so the secretary knows whom to call. Each
 * thing once; lost with the browser's storage at worst, and then told at the next reading. */
import type { Shapes } from "../api/client";
import { ofMember, putOf, request, transact } from "./db";
import { withLock } from "./lock";
import { askAs } from "./session";

type Item = Shapes["RecordActivity_ItemInput"];
interface ActivityRow {
  id: string;
  member_id: string;
  item: Item;
}

const ITEMS_MOST = 100;

/** A row for each kind, thing and day: who opens it ten times has opened it. */
export async function note(
  member: string,
  kind: Item["kind"],
  type: "meeting" | "document" | null,
  id = "",
): Promise<void> {
  const at = new Date().toISOString();
  const item = { kind, at, ...(type ? { subject: { type, id } } : {}) } as Item;
  await putOf("activity", {
    id: [member, kind, id, at.slice(0, 10)].join(" "),
    member_id: member,
    item,
  } satisfies ActivityRow);
}

export function tellActivity(member: string): Promise<void> {
  return withLock("sotay-activity", async () => {
    const rows = (await ofMember<ActivityRow>("activity", member)).slice(0, ITEMS_MOST);
    if (rows.length === 0) return;
    await askAs(member, "POST", "/v1/activity", { body: { items: rows.map((row) => row.item) }, as: "nothing" });
    await transact(["activity"], "readwrite", async (store) => {
      for (const row of rows) await request(store("activity").delete(row.id));
    });
  }).catch(() => undefined);
}
