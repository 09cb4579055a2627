/** One request to the API and what came of it. Who signs it is sync/session.ts's. */
import type { components } from "./schema";

export type Shapes = components["schemas"];
export type Problem = Shapes["Problem"];
export type Member = Shapes["Member"];
export type Meeting = Shapes["Meeting"];
export type Home = Shapes["Home"];
export type Mark = Shapes["Mark"];
export type Document = Shapes["Document"];
export type Comment = Shapes["Comment"];
export type Pack = Shapes["MeetingPack"];

/** No answer came: nobody knows whether it was done. */
export class Unreachable extends Error {}

/** An answer came, and it is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly retryAfterS: number | null,
  ) {
    super(problem.code);
  }
}

/** A no that is not about what was asked. */
export function isPassing(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}

export interface Asking {
  token?: string;
  body?: unknown;
  bytes?: Blob;
  key?: string;
  ifMatch?: string;
  ifNoneMatch?: string;
  waitS?: number;
  timeoutMs?: number;
}

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | null;
  /** The service behind is away, and this is an answer from before. */
  isStale: boolean;
  retryAfterS: number | null;
}

const TIMEOUT_MS = 25_000;

function headersOf(asking: Asking): Headers {
  const headers = new Headers({ "Accept-Language": "vi" });
  if (asking.token) headers.set("Authorization", `Bearer ${asking.token}`);
  if (asking.body !== undefined) headers.set("Content-Type", "application/json");
  if (asking.bytes) headers.set("Content-Type", "application/octet-stream");
  if (asking.key) headers.set("Idempotency-Key", asking.key);
  if (asking.ifMatch) headers.set("If-Match", asking.ifMatch);
  if (asking.ifNoneMatch) headers.set("If-None-Match", asking.ifNoneMatch);
  if (asking.waitS !== undefined) headers.set("Prefer", `wait=${asking.waitS}`);
  return headers;
}

async function reach(method: string, path: string, asking: Asking): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), asking.timeoutMs ?? TIMEOUT_MS);
  try {
    const body = asking.bytes ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
    const init = { method, headers: headersOf(asking), body, signal: stop.signal, cache: "no-store" as const };
    const response = await fetch(path, init);
    // A body that breaks off is no answer either.
    return new Response(
      response.status === 204 || response.status === 304 ? null : await response.arrayBuffer(),
      response,
    );
  } catch {
    throw new Unreachable(path);
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever stands between us and the server may answer too, and not as we do. */
function unknownProblem(status: number): Problem {
  return { type: "about:blank", title: "", status, code: "unknown", detail: null, errors: [], correlation_id: null };
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const problem = (await response.json()) as Problem;
    return typeof problem.code === "string" ? problem : unknownProblem(response.status);
  } catch {
    return unknownProblem(response.status);
  }
}

function bodyOf(response: Response, type: string): Promise<unknown> {
  if (type.includes("json")) return response.json();
  return type.startsWith("text/plain") ? response.text() : response.blob();
}

export async function ask<T>(method: string, path: string, asking: Asking = {}): Promise<Answer<T>> {
  const response = await reach(method, path, asking);
  const after = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const retryAfterS = Number.isFinite(after) ? after : null;
  const isUnchanged = response.status === 304;
  if (!response.ok && !isUnchanged) throw new Refused(response.status, await problemOf(response), retryAfterS);
  const type = response.headers.get("Content-Type") ?? "";
  const isEmpty = isUnchanged || response.status === 204 || type === "";
  return {
    status: response.status,
    body: (isEmpty ? undefined : await bodyOf(response, type)) as T,
    etag: response.headers.get("ETag"),
    isStale: (response.headers.get("Cache-Status") ?? "").includes("stale"),
    retryAfterS,
  };
}
