/** A browser as far as sync/ needs one: IndexedDB in memory, and a server that answers what a test says. */
import "fake-indexeddb/auto";
import { vi as vitest } from "vitest";
import type { Member, Shapes } from "../src/api/client";

export const MEMBER = {
  id: "0190f3a2-0000-7000-8000-000000000001",
  full_name: "Lê Văn An",
  card_number: "1",
  roles: [],
} as unknown as Member;

export function session(n: number): Shapes["Session"] {
  return {
    access_token: `access-${n}`,
    refresh_token: `refresh-${n}`,
    expires_in: 600,
    token_type: "Bearer",
    member: MEMBER,
  };
}

export interface Asked {
  method: string;
  path: string;
  token: string | null;
  key: string | null;
  body: Record<string, unknown>;
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | "lost";

/** Every request goes to `reply`; what was asked is in the list it returns. */
export function serve(reply: (asked: Asked, n: number) => Reply | Promise<Reply>): Asked[] {
  const all: Asked[] = [];
  vitest.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const asked: Asked = {
      method: init.method ?? "GET",
      path,
      token: headers.get("Authorization")?.slice(7) ?? null,
      key: headers.get("Idempotency-Key"),
      body: init.body ? JSON.parse(String(init.body)) : {},
    };
    all.push(asked);
    const answer = await reply(asked, all.length);
    if (answer === "lost") throw new TypeError("network");
    const text = answer.body === undefined ? null : JSON.stringify(answer.body);
    const type = answer.status >= 400 ? "application/problem+json" : "application/json";
    return new Response(text, {
      status: answer.status,
      headers: { ...(text ? { "Content-Type": type } : {}), ...answer.headers },
    });
  });
  return all;
}

export function problem(status: number, code: string) {
  return {
    status,
    body: { type: "x", title: "x", status, code, detail: "Không được", errors: [], correlation_id: "c" },
  };
}
