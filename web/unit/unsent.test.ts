import { h } from "preact";
import { beforeEach, expect, test, vi as vitest } from "vitest";
import { vi } from "../src/i18n/vi";
import { Sent } from "../src/member/Sent";
import { Rest } from "../src/member/Unsent";
import { UnsentLine } from "../src/member/UnsentLine";
import { useOutbox } from "../src/member/useOutbox";
import { all } from "../src/sync/db";
import { drop, type OutboxRow, rowOf, save } from "../src/sync/outbox";
import { begin } from "../src/sync/session";
import { MEMBER, session } from "./browser";
import { show } from "./page";

const WRITING = { method: "POST", path: "/v1/meetings/1/comments", body: { text: "một" }, subject: "meeting:1" };

const All = () => h(Rest, useOutbox());

beforeEach(async () => {
  await begin(session(1));
  for (const row of await all<OutboxRow>("outbox")) await drop(row.key);
});

test("before the phone has been asked, nothing is said of what waits; then what is so", async () => {
  const row = await save(MEMBER.id, { ...WRITING, text: "một", title: "Góp ý" });
  const said = [
    { shown: show(h(All, {})), then: vi.saved },
    { shown: show(h(UnsentLine, {})), then: vi.unsent(1) },
    { shown: show(h(Sent, { row: row.key })), then: vi.saved },
  ];
  for (const { shown } of said) expect(shown.text()).toBe("");
  for (const { shown, then } of said) await vitest.waitFor(() => expect(shown.text()).toContain(then));
  for (const { shown } of said) shown.end();
});

test("that all was sent is said once nothing was found", async () => {
  const shown = show(h(All, {}));
  expect(shown.text()).toBe("");
  await vitest.waitFor(() => expect(shown.text()).toBe(vi.outbox.none));
  shown.end();
});

test("what the phone cannot say is said to be unknown, and not that all was sent", async () => {
  const broken = vitest.spyOn(IDBIndex.prototype, "getAll").mockImplementation(() => {
    throw new Error("disk");
  });
  const shown = [show(h(All, {})), show(h(UnsentLine, {}))];
  for (const { text } of shown) await vitest.waitFor(() => expect(text()).toBe(vi.outbox.unknown));
  for (const { end } of shown) end();
  broken.mockRestore();
});

test("without words of his there is nothing to copy", () => {
  const said = ["một", ""].map((text) => {
    const row: OutboxRow = { ...rowOf(MEMBER.id, { ...WRITING, text, title: "Góp ý" }), state: "refused" };
    const shown = show(h(Rest, { rows: [row], isUnknown: false }));
    const has = shown.text().includes(vi.outbox.copy);
    shown.end();
    return has;
  });
  expect(said).toEqual([true, false]);
});
