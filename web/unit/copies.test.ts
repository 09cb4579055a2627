import { beforeEach, expect, test } from "vitest";
import type { Pack } from "../src/api/client";
import { note } from "../src/sync/activity";
import { dropCopies, keepCopy, readCopy } from "../src/sync/copies";
import { ofMember } from "../src/sync/db";
import { keepDraft, readDraft } from "../src/sync/drafts";
import { dropPack, keepPack, readPack, storablePack } from "../src/sync/packs";
import { begin, signOut } from "../src/sync/session";
import { storable } from "../src/sync/storable";
import { MEMBER, serve, session } from "./browser";

const OPEN = { id: "d1", title: "Quy định", classification: "internal" };
const RESTRICTED = { id: "d2", title: "Mật", classification: "restricted" };
const MEETING = {
  id: "m1",
  starts_at: "2026-12-04T12:30:00Z",
  agenda: [{ id: "a1", title: "Bàn", documents: [OPEN, RESTRICTED].map(({ id, title }) => ({ id, title })) }],
};
const PACK = { meeting: MEETING, documents: [OPEN, RESTRICTED] } as unknown as Pack;

beforeEach(async () => {
  await begin(session(1));
});

test("no copy has the title of a restricted paper, in whatever list or topic it stands", () => {
  const home = { next_meeting: MEETING, resolutions: [OPEN, RESTRICTED] };
  expect(JSON.stringify(storable(home))).not.toContain("Mật");
  expect(JSON.stringify(storable(home))).toContain("Bàn");
  expect(JSON.stringify(storablePack(PACK))).not.toContain("Mật");
  expect(storablePack(PACK).meeting.agenda[0]!.documents).toEqual([{ id: "d1", title: "Quy định" }]);
});

test("what was left out is asked for again, though the pack is known", async () => {
  await keepPack(MEMBER.id, PACK, '"1"');
  expect(await readPack(MEMBER.id, "m1")).toMatchObject({ etag: '"1"', is_whole: false });
});

test("with a thing all that is part of it goes, and nothing else", async () => {
  const paths = ["/v1/documents/d1", "/v1/documents/d1/content", "/v1/documents/d1?x=1", "/v1/documents/d11"];
  for (const path of paths) await keepCopy(MEMBER.id, path, { path }, null);
  await dropCopies(MEMBER.id, "/v1/documents/d1");
  const left = await Promise.all(paths.map((path) => readCopy(MEMBER.id, path)));
  expect(left.map((copy) => copy !== undefined)).toEqual([false, false, false, true]);
});

test("with a pack the meeting's copies go", async () => {
  await keepPack(MEMBER.id, PACK, null);
  await keepCopy(MEMBER.id, "/v1/meetings/m1", MEETING, null);
  await dropPack(MEMBER.id, "m1");
  expect(await readPack(MEMBER.id, "m1")).toBeUndefined();
  expect(await readCopy(MEMBER.id, "/v1/meetings/m1")).toBeUndefined();
});

test("an answer that comes after he has signed out leaves nothing behind", async () => {
  serve(() => ({ status: 204 }));
  await signOut(MEMBER.id);
  await keepCopy(MEMBER.id, "/v1/me/home", {}, null);
  await keepPack(MEMBER.id, PACK, null);
  await keepDraft(MEMBER.id, "comment:1", { text: "một" });
  await note(MEMBER.id, "read", "meeting", "m1");
  expect(await readCopy(MEMBER.id, "/v1/me/home")).toBeUndefined();
  expect(await readPack(MEMBER.id, "m1")).toBeUndefined();
  expect(await readDraft(MEMBER.id, "comment:1")).toBeUndefined();
  expect(await ofMember("activity", MEMBER.id)).toEqual([]);
});
